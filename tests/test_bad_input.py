"""Every form of every page is filled with what no form should get: a message or a refusal, never an accident.

Pages are those of tests/test_doors.py, each opened by somebody whom it is open to; forms are read off the page as a browser
would, and every field that can be typed into gets the same nonsense at once.
"""

from __future__ import annotations

import dataclasses
from html import escape
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.urls import reverse

from tests.test_doors import DOORS, make_world

# The mark also tells pytest-django that this module needs a test database.
pytestmark = pytest.mark.django_db
NONSENSE = {
    "100 kB": "x" * 100_000,
    "NUL": "safe\x00sound",
    "markup": "<script>alert(1)</script>{{ x }}{% y %}",
    "beyond": "\u202e\N{FULLWIDTH EQUALS SIGN}cmd|' /C calc'!A0" + "e\u0301" * 50,
    "nothing": "",
}
TYPED = {"text", "email", "url", "number", "date", "time", "search", "tel", None}


@dataclasses.dataclass
class Form:
    action: str
    fields: dict[str, str]
    typed: set[str]
    boxes: set[str]


class Forms(HTMLParser):
    """Collects the POST forms of a page with their fields, as they would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""

    def handle_starttag(self, tag, attrs):
        have = dict(attrs)
        if tag == "form" and (have.get("method") or "").lower() == "post":
            self.open = Form(have.get("action") or "", {}, set(), set())
            self.forms.append(self.open)
        if self.open is None:
            return
        name, kind = have.get("name") or "", have.get("type")
        if tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in have):
            self.open.fields[name] = have.get("value") or ""
            if kind in TYPED:
                self.open.typed.add(name)
        if tag == "textarea" and name:
            self.open.fields[name] = ""
            self.open.typed.add(name)
            self.open.boxes.add(name)
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and have.get("value"):
            self.open.fields.setdefault(self.select, have["value"] or "")
        if tag == "button" and name:
            self.open.fields.setdefault(name, have.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = ""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield make_world()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


PAGES = [door for door in DOORS if door.method == "get" and door.open_to]


@pytest.mark.parametrize("index", range(len(PAGES)), ids=[f"{i}-{door.name}" for i, door in enumerate(PAGES)])
def test_every_form_survives_everything(world, index):
    door = PAGES[index]
    client = world.clients[sorted(door.open_to)[0] if "tess" not in door.open_to else "tess"]
    url = reverse(door.name, args=door.args(world))
    page = client.get(url, follow=True)
    reader = Forms()
    reader.feed(page.content.decode())
    here = page.redirect_chain[-1][0] if page.redirect_chain else url
    for form in reader.forms:
        if "logout" in form.action or not form.typed:
            continue
        for what, text in NONSENSE.items():
            data = {**form.fields, **dict.fromkeys(form.typed, text)}
            point = transaction.savepoint()
            answer = client.post(form.action or here, data)
            transaction.savepoint_rollback(point)
            assert answer.status_code < 500, (door.name, form.action, what)
            if form.boxes and answer.status_code in (200, 409) and what == "100 kB":
                assert escape(text) in answer.content.decode(), (door.name, form.action, "what was typed is lost")


def test_forms_are_found_at_all(world):
    reader = Forms()
    reader.feed(world.clients["paula"].get(reverse("enrol", args=[world.cast.cohort.pk])).content.decode())
    assert any({"organisation", "unit"} <= form.typed for form in reader.forms)
