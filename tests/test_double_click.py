"""Every form of every page is sent twice, as a double click does: it is done once, and the second answer is no error.

The pages are those of tests/test_bad_input.py. A form is read off its page and filled with what its fields ask for;
``FILLED`` says what cannot be guessed. A form that is not taken the first time fails here: it needs a row.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import override

from accounts import cards
from improvement.sheets import writing
from sessions.models import LearningSession, MeetingAddress
from tests import make
from tests.browser import Field, Form, Reader
from tests.doors import PAGES, all_names, sign_out
from tests.files import nasty
from tests.test_bad_input import BEFORE, URLENCODED, forms_in, opened, shape, writer_at
from tests.world import signed_in, undone

# The mark also tells pytest-django that this module needs a test database.
pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]
# The forms that were tried in this process.
TRIED: set[tuple] = set()

AGAIN = "shown again"
WORDS = "three good words"


def _told_to_wait(world) -> dict[str, str]:
    """Let the application be one that knows it waits, so that a place can be offered."""
    rows = world.near
    rows.cohort.releases.update(release_at=timezone.now())
    rows.release.told.create(application=rows.applied, outcome="wait")
    return {}


def _to_the_lead(world) -> dict[str, str]:
    return {"roles": "lead", "teams": str(world.near.team.pk), "said": "", "goes_to": "chosen", "when": "now"}


def _in_other_words(world) -> dict[str, str]:
    """A correction of which no word differs is none."""
    return _to_the_lead(world) | {"text_en": "Three other words.", "fr_stays": "on"}


def _nothing_waits(world) -> dict[str, str]:
    world.near.cohort.releases.all().delete()
    return {}


def _with_password(world) -> dict[str, str]:
    person = world.cast.tess
    person.set_password(WORDS)
    person.save()
    return {"login": person.email, "password": WORDS}


def _new_card(world) -> dict[str, str]:
    _card, code = cards.issue(user=world.near.unmailed, by=world.cast.paula)
    return {"code": code, "pin": ""}


def _later(world) -> str:
    return (world.near.session.starts_at.date() + dt.timedelta(days=2)).isoformat()


def _begins_soon(world) -> dict:
    """Let the next session begin in some minutes, somewhere."""
    soon = timezone.now() + dt.timedelta(minutes=10)
    LearningSession.objects.filter(pk=world.near.session.pk).update(starts_at=soon)
    MeetingAddress.objects.update_or_create(
        learning_session=world.near.session, defaults={"url": "https://zoom.us/j/1"}
    )
    return {}


def _is_over(world) -> dict:
    """Let the next session have taken place already."""
    past = timezone.now() - dt.timedelta(hours=9)
    LearningSession.objects.filter(pk=world.near.session.pk).update(starts_at=past)
    return {}


def _has_joined(world) -> dict[str, str]:
    """Let the next session be about to begin, and its reader have pressed Join."""
    world.near.session.attendance.get_or_create(
        person=world.cast.tess, defaults={"team": world.near.team, "role": "lead"}
    )
    return _begins_soon(world)


# Of a measure: what its numbers ask for, and days that are over.
MEASURED = {
    "goal": "12", "per": "", "sample": "", "baseline_value": "7", "baseline_from": "2026-01-05", "baseline_until": "2026-03-01"
}  # fmt: skip
# By the name of the address: what a form sends besides what its fields say themselves, and what must stand before.
FILLED: dict[str, Callable[[Any], dict[str, str]]] = {
    "account_login": _with_password,
    "speaker_slides": lambda world: {"slides-file": nasty.sent(nasty.pdf())},
    "account_signup": lambda world: {"password1": WORDS},
    "account_reset_password_from_key": lambda world: {"password1": WORDS, "password2": WORDS},
    "card": _new_card,
    "card_first": lambda world: {"pin": "482913"},
    "chart_event": lambda world: {"on": world.near.cohort.first_day.isoformat()},
    "measure_new": lambda world: MEASURED,
    "measure_change": lambda world: MEASURED | {"goal": "13", "from_period": "words"},
    "my_choices": lambda world: {"shift": "none", "quiet_from": "22:00", "quiet_until": "06:00"},
    "number": lambda world: {"value": "12", "part": "", "whole": "", "missing": ""},
    "numbers_paste": lambda world: {"table": "2026-11-02\t7", "measure": str(world.near.measure.pk)},
    "sheet": lambda world: {
        "file": SimpleUploadedFile("our-sheet.xlsx", writing.sheet_of(world.near.team, "en").content)
    },
    "planning_announcement_change": _to_the_lead,
    "planning_announcement_correct": _in_other_words,
    "planning_announcement_new": _to_the_lead,
    "one_thing": lambda world: {f"value-{one.pk}": "7" for one in world.near.team.measures.all()},
    "planning_close": _nothing_waits,
    "planning_enrolment_days": lambda world: {
        "apply_until": (world.near.cohort.apply_until + dt.timedelta(days=1)).isoformat()
    },
    "planning_offer": _told_to_wait,
    "planning_same_person": lambda world: {"one": world.cast.nia.email, "other": world.cast.pierre.email},
    "planning_team_stop": lambda world: make.planner(cohort=world.near.cohort) and {},
    "planning_session_meeting": lambda world: {"service": "plain", "url": "https://zoom.us/j/1"},
    "planning_session_release": _begins_soon,
    "planning_session_rooms": lambda world: {"size": ""},
    "planning_session_recap": _is_over,
    "planning_session_item_teams": lambda world: {f"minutes-{team.pk}": "" for team in world.near.cohort.teams.all()},
    "planning_template_session_new": lambda world: {"start_offset": "400"},
    "planning_template_stretch_new": lambda world: {"start_offset": "400", "end_offset": "410"},
    "session_move": lambda world: {"day": _later(world)},
    "session_room_somebody": _has_joined,
    "team_partner_welcome": lambda world: {"support_phone": "709 555 0142", "partner_hours": "4"},
}
# What the audit trail keeps each time that it is done.
EACH_TIME = {"planning_session_address": "every look at the address of a meeting"}
# What is not taken here, and why.
NEVER = {
    "planning_outbox": "it asks who got what, and changes nothing",
    "planning_mail": "it asks for a mail by a word of it, and changes nothing",
    "account_confirm_login_code": "the code stands in a mail alone",
    "planning_session_report_new": "it takes a file; the same one twice is tried in tests/sessions/test_attendance_pages.py",
}


def filled(form: Form) -> dict[str, str]:
    """Return what somebody sends who answers every field, and chooses the first that is offered."""
    values = form.sent()
    for field in form.fields:
        if field.kind != "hidden" and not values.get(field.name):
            values[field.name] = _answer(field)
    return values


def _answer(field: Field) -> str:
    if field.kind in ("radio", "checkbox"):
        return field.value
    if field.kind == "select":
        return next((choice for choice in field.choices if choice), "")
    soon = timezone.localdate() + dt.timedelta(days=3)
    by_kind = {
        "email": "ida.moe@example.org",
        "number": "3",
        "date": soon.isoformat(),
        "time": "10:00",
        "url": "https://example.org/",
    }
    return by_kind.get(field.kind or "", "Ida Moe")


@functools.cache
def _count_all() -> str:
    """Return the question how many rows each table has; sessions of browsers aside."""
    tables = [name for name in connection.introspection.table_names() if name != "django_session"]
    return " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)


def rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_count_all())
        return dict(cursor.fetchall())


def encoded(values: dict) -> tuple[bytes, str]:
    """Return what a browser sends, and its type: another one where a file is among it."""
    if all(isinstance(value, str) for value in values.values()):
        return urlencode(values).encode(), URLENCODED
    return encode_multipart(BOUNDARY, values), MULTIPART_CONTENT


def says_no(answer) -> str:
    """Return what is wrong with an answer, "" if it is none of an error."""
    if answer.status_code >= 400:
        return str(answer.status_code)
    errors = {name: list(map(str, said)) for one in forms_in(answer) for name, said in one.errors.items()}
    asked = [name for one in forms_in(answer) for name in getattr(one, "guards", {})]
    return f"{errors or ''}{asked or ''}" or (AGAIN if forms_in(answer) else "")


def confirms(form: Form) -> bool:
    """Was what follows shown with this form?"""
    return "confirm" in form.sent()


def send_twice(client: Client, form: Form, here: str, world) -> str:
    """Return what is wrong with a form that is sent twice."""
    url = form.action or here
    name = resolve(urlsplit(url).path).url_name
    browser = Client()
    browser.cookies = copy.deepcopy(client.cookies)
    with undone():
        values = filled(form) | FILLED.get(name, lambda _world: {})(world)
        body, kind = encoded(values)
        first = browser.generic("POST", url, body, content_type=kind)
        form_again = next((one for one in Reader.of(first).forms if confirms(one)), None)
        if form_again and not confirms(form) and says_no(first) == AGAIN:  # what follows was shown first
            return send_twice(browser, form_again, here, world)
        if said := says_no(first):
            return "" if name in NEVER else f"{name}: not taken: {said} {values}"
        once = rows()
        second = browser.generic("POST", url, body, content_type=kind)
        if said := says_no(second):
            return f"{name}: done, and then: {said}"
        more = {table: count - once[table] for table, count in rows().items() if count != once[table]}
        if name in EACH_TIME:
            more.pop("audit_entry", None)
        return f"{name}: twice: {more}" if more else ""


def try_all(client: Client, page, here: str, world) -> list[str]:
    wrong = []
    for form in Reader.of(page).forms:
        known = shape(form, here)
        if (form.action or here) not in sign_out() and known not in TRIED:
            TRIED.add(known)
            wrong += filter(None, [send_twice(client, form, here, world)])
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_a_double_click_is_one_click(world, name):
    door = PAGES[name]
    client = world.clients[writer_at(door)]
    wrong = try_all(client, *opened(client, door.address(world, "en")), world)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", BEFORE)
def test_a_double_click_before_the_sign_in_is_one_click(world, settings, name):
    settings.SIGNUP_OPEN = True
    client = signed_in(None)
    with undone():
        with override("en"):
            page, here = opened(client, BEFORE[name](world, client))
        wrong = try_all(client, page, here, world)
    assert not wrong, "\n".join(wrong)


def test_every_row_names_an_address():
    assert sorted({*FILLED, *NEVER, *EACH_TIME} - all_names()) == []
