"""start.py before anything is installed: which list, when, and what is said."""

import importlib.util
import json

import pytest

from stack import REPOSITORY

TODAY = {"plain": "p1", "dev": "d1"}


@pytest.fixture(scope="module")
def start():
    spec = importlib.util.spec_from_file_location("start", REPOSITORY / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("words", "wanted"),
    [([], "plain"), (["run"], "plain"), (["manage", "test"], "plain"), (["test"], "dev"), (["check"], "dev")],
)
def test_only_the_words_for_developers_need_the_larger_list(start, words, wanted):
    assert start.list_for(words) == wanted


@pytest.mark.parametrize(
    ("stamp", "wanted", "enough"),
    [
        ({}, "plain", False),
        ({"list": "plain", **TODAY}, "plain", True),
        ({"list": "plain", **TODAY}, "dev", False),
        ({"list": "dev", **TODAY}, "dev", True),
        ({"list": "dev", **TODAY}, "plain", True),
        ({"list": "plain", "plain": "p0", "dev": "d1"}, "plain", False),
        ({"list": "dev", "plain": "p1", "dev": "d0"}, "plain", False),
        ({"list": "dev", "plain": "p0", "dev": "d1"}, "plain", False),
        # A change of the larger list alone is nothing to somebody who runs the product.
        ({"list": "plain", "plain": "p1", "dev": "d0"}, "plain", True),
    ],
)
def test_nothing_is_installed_when_the_venv_holds_what_is_wanted(start, stamp, wanted, enough):
    assert start.satisfied(stamp, wanted, TODAY) is enough


def test_a_plain_start_never_takes_the_developers_tools_away(start):
    assert start.list_to_install("plain", {"list": "dev"}) == "dev"
    assert start.list_to_install("plain", {"list": "plain"}) == "plain"
    assert start.list_to_install("dev", {"list": "plain"}) == "dev"


@pytest.mark.parametrize("content", ["", "not json", json.dumps(["a list"])])
def test_a_broken_stamp_means_install_again(start, tmp_path, monkeypatch, content):
    (tmp_path / "stamp").write_text(content)
    monkeypatch.setattr(start, "STAMP", tmp_path / "stamp")
    assert start.read_stamp() == {}


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_a_python_that_does_not_fit_is_named(start, version):
    with pytest.raises(start.Stop) as told:
        start.check_python(version)
    assert f"this is {version[0]}.{version[1]}" in str(told.value)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_three_pythons_fit(start, version):
    start.check_python(version)


def test_where_ensurepip_is_missing_the_package_is_named(start, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ensurepip", None)
    with pytest.raises(start.Stop, match="apt install python3-venv"):
        start.make_venv()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(28, "No space left on device"), 1, "The disk is full"),
        (PermissionError(13, "Permission denied"), 1, "cannot be written (Permission denied)"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_an_install_that_cannot_go_on_ends_with_a_sentence(start, monkeypatch, capsys, error, code, said):
    def fail(words):
        raise error

    monkeypatch.setattr(start, "prepare", fail)
    assert start.main([]) == code
    assert said in capsys.readouterr().err
