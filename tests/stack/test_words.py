"""What can be said to start.py."""

import pytest

from stack import __main__ as stack
from stack.problems import Problem


def test_every_word_has_its_line_in_the_help():
    words = stack.words()
    assert next(iter(words)) == "run"
    assert {"test", "check", "shell", "manage", "reset"} <= words.keys()
    assert all(line.endswith(".") and len(line) < 110 for line in words.values())
    assert all(f"start.py {word}" in stack.help_text() for word in words)


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ([], ("run", [])),
        (["--no-demo"], ("run", ["--no-demo"])),
        (["test", "--browser", "-k", "x"], ("test", ["--browser", "-k", "x"])),
        (["--help"], ("--help", [])),
    ],
)
def test_options_alone_belong_to_run(arguments, chosen):
    assert stack.choose(arguments) == chosen


def test_an_unknown_word_is_answered_with_the_help(capsys):
    assert stack.main(["strat"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("There is no word 'strat'.")
    assert "start.py run" in told


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Problem("Port 1 is taken."), 1, "Port 1 is taken.\n"),
        (OSError(28, "x"), 1, "The disk is full"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_whatever_stands_in_the_way_is_a_sentence(monkeypatch, capsys, error, code, said):
    def fail(args):
        raise error

    monkeypatch.setattr("stack.words.run.main", fail)
    assert stack.main(["run"]) == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
