"""Which words a page or a letter speaks: those that the programme has chosen to which it belongs (core.words).

A page that names a programme, a cohort or a team in its address speaks as that one does. Elsewhere somebody all of whose
roles are in programmes with the same words reads those, and everybody else the standard. Where a unit says for itself whom
it cares for, the pages of its team say that, and so do the other pages of who belongs to that team alone.

All of it comes with the statement that reads a person's roles, so that a choice holds from the next request on.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Collection
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from audit.services import record
from collaborative.models import TEAM_ROLES, Cohort, Programme, Team
from collaborative.permissions import page_asked_for, roles_of
from core.addresses import match_of
from core.refusals import Overtaken
from core.words import STANDARD, Words, speak, speaking

# What the address of a page may name, the nearest first.
_NAMED: Final = ("team", "cohort", "programme")


def of_programme(programme: Programme) -> Words:
    """Return the words that a programme has chosen."""
    return Words(programme.word_team, programme.word_person)


def of_team(team: Team) -> Words:
    """Return the words of a team: its programme's, and its unit's for whom it cares for. Give it with both."""
    return _with_unit(of_programme(team.cohort.programme), team.unit.word_person)


def of_cohorts(keys: Collection[str]) -> dict[str, Words]:
    """Return the words of cohorts by their key, in one statement."""
    rows = Cohort.objects.filter(pk__in=keys).values_list("pk", "programme__word_team", "programme__word_person")
    return {str(key): Words(team, person) for key, team, person in rows}


def of_programmes(keys: Collection[str]) -> dict[str, Words]:
    """Return the words of programmes by their key, in one statement."""
    rows = Programme.objects.filter(pk__in=keys).values_list("pk", "word_team", "word_person")
    return {str(key): Words(team, person) for key, team, person in rows}


def of_reader(user) -> Words:
    """Return the words of the page that ``user`` asks for now (``page_asked_for``), or of all they have to do with."""
    held = roles_of(user)
    around = getattr(user, "_around", None)
    if around is None or not (around["others"] or around.get("unit") or any(one.unit_word for one in held)):
        return STANDARD
    if around.get("page"):
        return _with_unit(Words(**around["page"]), around["unit"] if "unit" in around else _own_unit(held))
    others = {uuid.UUID(row["id"]): Words(row["team"], row["person"]) for row in around["others"]}
    found = {others.get(one.series_id, STANDARD) for one in held if one.series_id}
    if not found and not around["standard"]:  # who answers for an organisation: what everybody speaks here
        found = set(others.values())
    return _with_unit(found.pop() if len(found) == 1 else STANDARD, _own_unit(held))


def _own_unit(held) -> str:
    """Return what the unit says of the only team that one belongs to, "" for anybody else."""
    teams = {one.team_id: one.unit_word for one in held if one.role in TEAM_ROLES}
    return next(iter(teams.values())) if len(teams) == 1 else ""


def _with_unit(words: Words, person: str) -> Words:
    return dataclasses.replace(words, person=person) if person else words


@transaction.atomic
def choose(*, programme: Programme, version: int, by, word_team: str, word_person: str, colour: str) -> Programme:
    """Let a programme speak these words and show this colour from now on, and return it. Raises Overtaken where somebody else was faster."""
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    wanted = {"word_team": word_team, "word_person": word_person, "colour": colour}
    changed = [name for name, key in wanted.items() if key != getattr(row, name)]
    if not changed:
        return row
    if row.version != version:
        raise Overtaken(row)
    for name in changed:
        setattr(row, name, wanted[name])
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    record("programme.words_chosen", row, by=by, team=word_team, person=word_person, colour=colour)
    return row


class SpokenWords:
    """Lets every page speak the words of where it stands; none are left for the next request.

    Stands before whatever asks for a person's roles, so that what the page needs comes with them.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with speaking(STANDARD):
            token = page_asked_for.set(_page_of(request))
            try:
                return self.get_response(request)
            finally:
                page_asked_for.reset(token)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        """Speak as the page does. Public pages ask no session for it: they say themselves whose they are."""
        if getattr(view, "signed_in", False) and settings.SESSION_COOKIE_NAME in request.COOKIES:
            speak(of_reader(request.user))


def _page_of(request: HttpRequest) -> tuple[str, uuid.UUID] | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    match = match_of(request.path_info)
    named = match.kwargs if match else {}
    return next(((kind, named[f"{kind}_id"]) for kind in _NAMED if f"{kind}_id" in named), None)
