"""What the house forbids and requires, read off the code itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings

from core.forms import GuardedMixin, PlainText, is_free_text

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ["desk", "coaching", "forum", "improvement", "sessions", "enrolment", "surveys", "collaborative",
         "accounts", "jobs", "files",
         "notifications", "audit", "core"]  # fmt: skip
CODE = sorted(
    path for room in [*ROOMS, "config"] for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
)
TREES = {path: ast.parse(path.read_text()) for path in CODE}
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

# Fast tests that start a process on purpose, each with its reason.
MAY_START_A_PROCESS = {
    "tests/notifications/test_kills.py": "the fast lane's one small fault: twenty kills of real senders",
    "tests/notifications/test_sweep.py": "SIGTERM finishes the message in hand: only a real process has signals",
    "tests/notifications/test_bell.py": "a broker that accepts and never answers must not hold a request",
    "tests/bench/test_figures.py": "the bench's own senders are processes, as in a bench",
    "tests/stack/test_start.py": "asks start.py for its help and its refusals",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def found(tree: ast.AST, kind):
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def test_the_two_packages_called_sessions_have_their_labels():
    assert apps.get_app_config("learning_sessions").name == "sessions"
    assert apps.get_app_config("sessions").name == "django.contrib.sessions"


def test_views_never_reach_for_a_manager():
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        if "views" in (path.stem, path.parent.name)
        for node in found(tree, ast.Attribute)
        if node.attr in {"objects", "_base_manager", "_default_manager"}
    ]
    assert wrong == [], "views ask a queryset of the room (visible_to), never a manager"


def test_only_the_bell_rings():
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        if name(path) != "notifications/bell.py"
        for node in found(tree, ast.Call)
        if (isinstance(node.func, ast.Attribute) and node.func.attr in {"delay", "apply_async", "send_task"})
        or any(keyword.arg in {"eta", "countdown"} for keyword in node.keywords)
    ]
    assert wrong == []


def test_mail_leaves_through_notifications_alone():
    wrong = [
        name(path)
        for path, tree in TREES.items()
        if not name(path).startswith("notifications/")
        for node in found(tree, ast.ImportFrom)
        if (node.module or "").startswith(("django.core.mail", "smtplib"))
    ]
    assert wrong == []


def test_no_form_takes_every_field():
    wrong = [
        f"{name(path)}:{node.lineno}" for path, tree in TREES.items() for node in found(tree, ast.Constant)
        if node.value == "__all__" and path.name != "models.py"
    ]  # fmt: skip
    assert wrong == []


def test_no_text_to_translate_stands_inside_another():
    """What collects the texts does not look into an f-string: it would stay English."""
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        for whole in found(tree, ast.JoinedStr)
        for node in found(whole, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in {"_", "gettext", "ngettext", "pgettext", "gettext_lazy"}
        and node.args and isinstance(node.args[0], ast.Constant)
    ]  # fmt: skip
    assert wrong == []


def test_moments_are_never_grouped_by_the_databases_zones():
    lookup = re.compile(r"__(date|year|month|week|week_day|day|hour|quarter)(__|$)")
    wrong = []
    for path, tree in TREES.items():
        for node in found(tree, ast.ImportFrom):
            if (node.module or "").startswith("django.db.models.functions"):
                wrong += [f"{name(path)}: {a.name}" for a in node.names if a.name.startswith(("Trunc", "Extract"))]
        for node in found(tree, ast.keyword):
            if node.arg and lookup.search(node.arg):
                wrong.append(f"{name(path)}: {node.arg}")
    assert wrong == []


def _forms() -> list[type[forms.BaseForm]]:
    found_classes: dict[str, type[forms.BaseForm]] = {}
    for path in CODE:
        if path.stem.endswith("forms") and path.parent.name != "core":
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for _name, cls in inspect.getmembers(module, inspect.isclass):
                if issubclass(cls, forms.BaseForm) and cls.__module__ == module.__name__:
                    found_classes[f"{cls.__module__}.{cls.__name__}"] = cls
    return list(found_classes.values())


def test_every_box_for_words_stands_in_its_frame():
    """A textarea outside GuardedForm would have neither audience line nor safety line nor guard."""
    classes = _forms()
    assert len(classes) > 5, "the search for forms finds them"
    wrong = [
        f"{cls.__name__}.{field_name}"
        for cls in classes
        for field_name, field in cls.base_fields.items()
        if is_free_text(field) and not issubclass(cls, GuardedMixin)
    ]
    assert wrong == []


def test_a_line_long_enough_for_a_sentence_is_guarded_like_one():
    """A name, a number or a title needs 160 characters at the most; with more room people write about people."""
    wrong = [
        f"{cls.__name__}.{field_name}"
        for cls in _forms()
        for field_name, field in cls.base_fields.items()
        if isinstance(field, PlainText) and field.max_length is not None and field.max_length > 160
    ]
    assert wrong == []


def test_templates_hold_no_bare_textarea():
    """One that is only read may stand alone."""
    wrong = [
        name(path)
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"<textarea(?![^>]* readonly)", path.read_text())
        and path.parts[-2] not in {"components", "elements"}
        and path.name != "gallery.html"
    ]
    assert wrong == []


def test_a_date_that_people_read_is_printed_by_our_own_tags():
    """Django's filter writes "1 février", and a moment without its place: `day` and `when` know better."""
    wrong = [
        f"{name(path)}: {used}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for used in re.findall(r"""\|(?:date|time|naturaltime|timesince)\b(?!:"Y-m-d")[^%}|]*""", path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_a_test_that_starts_a_browser_or_a_process_says_so(path):
    text = path.read_text()
    tree = ast.parse(text)
    modules = {alias.name.split(".")[0] for node in found(tree, ast.Import) for alias in node.names}
    modules |= {(node.module or "").split(".")[0] for node in found(tree, ast.ImportFrom)}
    if not modules & {"subprocess", "multiprocessing", "playwright"}:
        return
    marked = re.search(r"mark\.(browser|faults|deep)", text)
    assert marked or name(path) in MAY_START_A_PROCESS


def test_services_are_called_by_name():
    """A verb that writes takes keyword arguments only: the call then reads as a sentence."""
    wrong = [
        f"{name(path)}:{node.name}"
        for path, tree in TREES.items()
        if path.name == "services.py"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(arg.arg == "by" for arg in node.args.args)
    ]
    assert wrong == []


def test_what_others_call_says_what_it_is():
    """A function that stands open to other modules says what it returns or does, a form what is typed into it."""
    wrong = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.ClassDef) and node.name.endswith("Form"))
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert wrong == []


def test_every_room_is_installed_in_the_order_of_its_layer():
    installed = [app for app in settings.INSTALLED_APPS if app in ROOMS]
    assert installed == ROOMS


def test_the_product_stands_without_what_starts_it():
    """`stack` is for trying and developing; a real installation runs without it. The drill needs a server of its own."""
    wrong = [
        name(path)
        for path, tree in TREES.items()
        for node in found(tree, ast.Import | ast.ImportFrom)
        if (getattr(node, "module", None) or node.names[0].name).split(".")[0] == "stack"
    ]
    assert wrong == ["desk/backup.py"]


def test_what_a_module_keeps_to_itself_is_asked_for_by_no_other():
    wrong = [
        f"{name(path)}: {alias.name}"
        for path, tree in TREES.items()
        for node in found(tree, ast.ImportFrom)
        if (node.module or "").split(".")[0] in {*ROOMS, "config"}
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert wrong == []


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")), ids=name)
def test_what_a_document_names_is_there(document):
    wrong = []
    for place in re.findall(r"`([\w./]+/[\w.]+\.(?:py|sql|txt|html|cron|conf)(?::\w+)?)`", document.read_text()):
        path, _colon, function = place.partition(":")
        file = ROOT / path
        if not file.is_file() or (function and not re.search(rf"^(?:def|class) {function}\b", file.read_text(), re.M)):
            wrong.append(place)
    assert wrong == []


def test_nothing_points_at_the_machine_it_was_written_on():
    somewhere = re.compile(r"(?<![\w.:/}-])/(?:home|Users|root|work|mnt|tmp|var/tmp)/[\w.-]+")
    meant = {
        "/tmp/celerybeat-schedule",  # of a container or a unit, whose /tmp is its own
        "/home/ann", "/var/tmp/lc",  # folders with a blank and an accent that a test invents
    }  # fmt: skip
    kinds = {"", ".py", ".html", ".md", ".toml", ".txt", ".css", ".js", ".po", ".yml", ".csv", ".conf", ".cron",
             ".service", ".sql"}  # fmt: skip
    tops = [top for top in ROOT.iterdir() if not top.name.startswith(".") and top.name != "node_modules"]
    files = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
    wrong = [
        f"{name(file)}: {path}"
        for file in files
        if file.suffix in kinds and "__pycache__" not in file.parts
        for path in somewhere.findall(file.read_text(errors="ignore"))
        if path not in meant
    ]
    assert wrong == []
