"""An application as it stands: from what was typed to forms and back, read together, and said in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts import drafts
from collaborative.models import Circle, Position, Role
from core import filled
from core import time as clocks
from core.language import language
from enrolment import applying, pasted
from enrolment.application_forms import FORMS, PasteForm, PersonForm, StepForm
from enrolment.models import Application, State

# Rows that stand open on an empty page, and the most a team may name.
ROWS, MOST_ROWS = 5, 40


# ---------------------------------------------------------------- the rows of the team


@dataclasses.dataclass
class People:
    """The rows of the step "people", and the box to paste into."""

    rows: list[PersonForm]
    paste: PasteForm

    @property
    def is_right(self) -> bool:
        """Return whether nothing in any row is wrong."""
        return not any(row.errors for row in self.rows)

    def answers(self) -> list[dict[str, Any]]:
        """Return everybody who can be read, in order."""
        return [one for one in (row.answers() for row in self.rows) if one]

    def stand(self) -> list[dict[str, str]]:
        """Return the position and role of everybody who is named, in order, also where something is missing beside them."""
        return [one for one in (row.stands() for row in self.rows) if one]

    def trouble(self) -> list[tuple[int, str, PersonForm]]:
        """Return the rows that are not right: their number (1 first), the name in them, the row."""
        return [
            (number, str(row.data.get(row.add_prefix("name"), "")).strip(), row)
            for number, row in enumerate(self.rows, start=1)
            if row.errors
        ]


_ROW: Final = re.compile(r"p(\d{1,3})-(\w+)")


def people_form(words: dict[str, list[str]], *, bound: bool) -> People:
    """Return the rows of ``words``, with errors where ``bound``."""
    data = drafts.as_sent(words)
    rows = []
    for number in range(max(_rows_in(words), 1)):
        prefix = f"p{number}"
        row = PersonForm(data if bound else None, prefix=prefix, empty_permitted=True)
        if not bound:
            filled.put_into(row, data)
        rows.append(row)
    _say_doubles(rows) if bound else None
    paste = PasteForm(data if bound and "paste" in data else None)
    return People(rows, paste)


def _say_doubles(rows: Iterable[PersonForm]) -> None:
    seen: set[str] = set()
    for row in rows:
        email = "" if row.errors else str(row.cleaned_data.get("email") or "").lower()
        if email and email in seen:
            row.add_error("email", _("This address stands above already."))
        seen.add(email)


def _rows_in(words: Iterable[str]) -> int:
    numbers = [int(match.group(1)) for name in words if (match := _ROW.fullmatch(name))]
    return min(max(numbers, default=-1) + 1, MOST_ROWS)


def _row_words(words: dict[str, list[str]], number: int) -> dict[str, list[str]]:
    begin = f"p{number}-"
    return {name.removeprefix(begin): values for name, values in words.items() if name.startswith(begin)}


def _numbered(rows: Sequence[dict[str, list[str]]]) -> dict[str, list[str]]:
    return {f"p{n}-{name}": values for n, row in enumerate(rows[:MOST_ROWS]) for name, values in row.items()}


_BLANK: Final = {"name": [""], "email": [""], "position": [""], "title": [""], "circle": ["core"], "language": [""]}


def _is_blank(row: dict[str, list[str]]) -> bool:
    return not any(row.get(name, [""])[0].strip() for name in ("name", "email", "title", "position"))


def rows_of(words: dict[str, list[str]]) -> list[dict[str, list[str]]]:
    """Return the rows of a team as they were typed."""
    return [_row_words(words, number) for number in range(_rows_in(words))]


def add_row(words: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the words with an empty row more."""
    return _numbered([*rows_of(words), dict(_BLANK)])


def remove_row(words: dict[str, list[str]], number: int) -> dict[str, list[str]]:
    """Return the words without one row; the others move up."""
    rows = rows_of(words)
    return _numbered([row for place, row in enumerate(rows) if place != number] or [dict(_BLANK)])


def add_pasted(words: dict[str, list[str]], text: str) -> tuple[dict[str, list[str]], list[pasted.Pasted]]:
    """Return the words with everybody who was pasted in the first empty rows, and what was read, row by row."""
    rows = rows_of(words)
    found = pasted.read(text, known=[row.get("email", [""])[0] for row in rows if row.get("email", [""])[0]])
    fresh = [one for one in found if not one.trouble]
    full = [row for row in rows if not _is_blank(row)]
    full += [{**_BLANK, "name": [one.name], "email": [one.email], "title": [" ".join(one.more)[:80]]} for one in fresh]
    blank = [dict(_BLANK) for _place in range(max(ROWS - len(full), 0))]
    return _numbered([*full, *blank]), found


# ---------------------------------------------------------------- words and forms


def typed_in(step: str, data: QueryDict) -> dict[str, list[str]]:
    """Return what a person typed into a step: of its own fields only, without what is never kept."""
    words = drafts.typed(data)
    return {name: values for name, values in words.items() if _is_of(step, name)}


def _is_of(step: str, name: str) -> bool:
    if step != "people":
        return name in FORMS[step].base_fields
    match = _ROW.fullmatch(name)
    return match is not None and int(match.group(1)) < MOST_ROWS and match.group(2) in PersonForm.base_fields


def words_of(application: Application, step: str) -> dict[str, list[str]]:
    """Return what stands in a step: what was typed, else what was sent, as a browser would send it."""
    typed = applying.kept(application, step)
    if typed:
        return typed.words
    if step == "people":
        return _people_words(application)
    words = {name: [_as_typed(getattr(application, name, ""))] for name in FORMS[step].base_fields}
    if step == "place":
        words["place_asked"] = [f"{application.province} {application.city}"]
    if step == "alone":
        one = application.members.first()
        words |= {"position": [one.position if one else ""], "title": [one.title if one else ""]}
    return words


def _as_typed(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def _people_words(application: Application) -> dict[str, list[str]]:
    rows: list[dict[str, list[str]]] = []
    for one in application.members.all():
        row = {name: [str(getattr(one, name))] for name in ("name", "email", "position", "title", "circle", "language")}
        rows.append({**row, "leads": ["on"]} if one.role == Role.LEAD else row)
    if not rows:
        me = {"name": [application.contact_name], "email": [application.contact_email], "leads": ["on"]}
        rows = [{**_BLANK, **me}]
    return _numbered([*rows, *(dict(_BLANK) for _place in range(max(ROWS - len(rows), 0)))])


def form_of(
    application: Application, step: str, words: dict[str, list[str]] | None = None, data: Any = None
) -> StepForm:
    """Return the form of a step: bound to ``data`` where it was sent, else showing ``words`` (None: what stands there)."""
    if data is not None:
        return FORMS[step](data, application=application)
    form = FORMS[step](application=application)
    filled.put_into(form, drafts.as_sent(words_of(application, step) if words is None else words))
    return form


# ---------------------------------------------------------------- the whole


@dataclasses.dataclass
class Whole:
    """Every step read together: the answers, the people, and which steps have something wrong in them."""

    forms: dict[str, StepForm]
    team: People | None
    answers: dict[str, Any]
    people: list[dict[str, Any]]
    # Who is named so far, for the check: position and role, also of those beside whom something is missing.
    named: list[dict[str, Any]]
    wrong: list[str]
    # The steps in which something was typed; once it was sent, all of them have been.
    begun: Collection[str]
    is_sent: bool

    def said(self, step: str) -> list[tuple[str, str]]:
        """Return what was answered in a step, as (label, words), without what was left empty."""
        if step == "people" and self.team:
            return said_of_people(self.team)
        return said_in(self.forms[step]) if step in self.forms else []


def read_whole(application: Application) -> Whole:
    """Read the application as it stands: what was typed, else what was sent."""
    found: dict[str, StepForm] = {}
    answers: dict[str, Any] = {}
    wrong: list[str] = []
    team = None
    for step in applying.steps_of(application.cohort)[:-1]:
        if step == "people":
            team = people_form(words_of(application, step), bound=True)
            wrong += [] if team.is_right else [step]
            continue
        form = found[step] = form_of(application, step, data=drafts.as_sent(words_of(application, step)))
        if form.errors:
            wrong.append(step)
        answers |= form.cleaned_data
    alone = "alone" in found
    people = applying.alone(answers) if alone else team.answers() if team else []
    dropped = ("place_asked", "position", "title") if alone else ("place_asked",)
    if alone:
        answers["team_language"] = answers.get("language", "en")
    begun, is_sent = {"contact", *application.typed.get("steps", {})}, application.state != State.DRAFT
    named: list[dict[str, Any]] = [*team.stand()] if team else people
    return Whole(
        found, team, {k: v for k, v in answers.items() if k not in dropped}, people, named, wrong, begun, is_sent
    )


def said_in(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Return what a bound form says, as (label, words), without what was left empty or cannot be read."""
    told = []
    for name, field in form.fields.items():
        value = getattr(form, "cleaned_data", {}).get(name)
        if value in (None, "", False) or isinstance(field.widget, forms.HiddenInput):
            continue
        told.append((str(field.label), _spoken(field, value)))
    return told


def _spoken(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        return str(_chosen(field).get(str(value), value))
    if isinstance(value, dt.date):
        return clocks.day(value, language(), weekday=False, year=True)
    return _("yes") if value is True else str(value)


def _chosen(field: forms.ChoiceField) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    choices: Any = field.choices
    for value, label in choices:
        flat |= {str(one): words for one, words in label} if isinstance(label, list | tuple) else {str(value): label}
    return flat


def said_of_people(team: People) -> list[tuple[str, str]]:
    """Return everybody in a team as (name, what is known about them)."""
    told = []
    for row in team.rows:
        one = row.answers()
        if one:
            position, role = Position(one["position"]).label, Role(one["role"]).label
            known = [str(position), *([str(role)] if one["role"] == Role.LEAD else []), one["title"], one["email"]]
            known += [str(Circle.EXPANDED.label)] if one["circle"] == Circle.EXPANDED else []
            told.append((one["name"], " · ".join(part for part in known if part)))
    return told


def said_by(step: str, kept: applying.Kept | None, application: Application) -> list[tuple[str, str]]:
    """Return what somebody else has typed in a step, right or wrong, for whoever typed there at the same time."""
    words = kept.words if kept else words_of(application, step)
    if step == "people":
        rows = [row for row in rows_of(words) if not _is_blank(row)]
        return [
            (row.get("name", [""])[0], " · ".join(v[0] for k, v in row.items() if k in ("email", "title") and v[0]))
            for row in rows
        ]
    fields = FORMS[step].base_fields
    return [
        (str(fields[name].label), _spoken(fields[name], values[0]))
        for name, values in words.items()
        if name in fields and values and values[0] and not isinstance(fields[name].widget, forms.HiddenInput)
    ]
