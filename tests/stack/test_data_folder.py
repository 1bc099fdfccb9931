"""The data folder: made, locked, emptied; and what is said where that is impossible."""

import stat

import pytest

from stack.data_folder import DataFolder, read_json, write_whole
from stack.problems import Problem


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def test_the_key_is_for_its_owner_only_and_stays(folder):
    key = folder.secret_key.read_text()
    folder.prepare()
    assert len(key) >= 50
    assert folder.secret_key.read_text() == key
    assert stat.S_IMODE(folder.secret_key.stat().st_mode) == 0o600


def test_a_second_start_is_told_who_has_the_folder(folder):
    with folder.lock(address="http://localhost:8000"):
        assert folder.is_locked()
        with pytest.raises(Problem) as told, folder.lock():
            pass
        assert str(told.value).startswith(f"It already runs from the folder {folder.path} at http://localhost:8000")
    assert not folder.is_locked()
    with folder.lock():
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match=r"cannot be written \(Not a directory\): make it yours"):
        DataFolder(tmp_path / "file" / "data").prepare()


def test_only_a_folder_that_was_made_for_this_is_ours_to_empty(tmp_path, folder):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").write_text("of somebody")
    other = DataFolder(tmp_path / "other")
    other.prepare()
    assert folder.is_ours()
    assert not other.is_ours()


def test_emptying_leaves_nothing_but_the_lock_and_the_mark(folder):
    with folder.lock():
        (folder.mail / "1.eml").write_text("x")
        (folder.path / "elsewhere").symlink_to("/")
        folder.empty()
    assert {entry.name for entry in folder.path.iterdir()} == {"README.txt", "lock"}


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "note.json"
    write_whole(target, '{"a": 1}')
    assert read_json(target) == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["note.json"]
    assert read_json(tmp_path / "missing.json") is None


def test_the_folder_is_where_the_environment_says(tmp_path):
    assert DataFolder.of({"DATA_DIR": str(tmp_path)}).path == tmp_path
    assert DataFolder.of({}).path.name == ".local"
