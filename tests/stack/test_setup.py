"""The mark of a real installation: no demo beside it."""

import pytest

from stack.data_folder import DataFolder
from stack.problems import Problem
from stack.words import backup, setup
from stack.words.run import wants_demo


def test_a_real_installation_starts_without_the_demo():
    assert not wants_demo(asked=False, refused=False, foreign_database=False, real=True)
    assert not wants_demo(asked=False, refused=False, foreign_database=True, real=True)
    with pytest.raises(Problem, match="A real series lives in this data folder"):
        wants_demo(asked=True, refused=False, foreign_database=False, real=True)


def test_a_reset_takes_the_mark_away(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.real.write_text(setup.MARK_TEXT)
    folder.empty()
    assert not folder.real.exists()


def test_nobody_is_asked_where_nobody_is(monkeypatch):
    monkeypatch.setattr("sys.stdin", type("Nobody", (), {"isatty": lambda self: False})())
    with pytest.raises(Problem, match="--programme NAME is missing"):
        setup.ask("Name of the series", "--programme NAME")


def test_a_file_is_found_from_where_it_was_said(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert backup.absolute(["x.tar", "--keep", "14"]) == [str(tmp_path / "x.tar"), "--keep", "14"]
