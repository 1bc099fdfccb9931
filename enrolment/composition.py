"""Who has to be in a team. The rule is data of the programme; the check is pure and says what it finds in sentences."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Position, Role
from core import time as clocks
from core.language import language

ERROR: Final = "error"  # it cannot be sent like this
WARNING: Final = "warning"  # it can, and the planning team sees it
GOOD: Final = "good"

# Steps of the form in which something is put right.
TEAM, PEOPLE, WELCOME = "team", "people", "welcome"


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """How many people a team has at least, which positions must be among them, and whether a sponsor is needed."""

    people: int = 5
    one_of: tuple[str, ...] = (Position.MANAGER.value, Position.PROVIDER.value, Position.PARTNER.value)
    sponsor: bool = False


def rule_of(data: Any) -> Rule:
    """Return the rule that a programme keeps as data; what is missing there, or makes no sense, is as in ``Rule``."""
    data = data if isinstance(data, dict) else {}
    people, one_of = data.get("people"), data.get("one_of")
    return Rule(
        people=people if type(people) is int and 1 <= people <= 40 else Rule().people,
        one_of=tuple(one for one in one_of if one in Position.values) if isinstance(one_of, list) else Rule().one_of,
        sponsor=data.get("sponsor") is True,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Somebody:
    """One person of a team, as far as the rule asks."""

    position: str
    role: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the check says: a code for programs, how grave it is, a sentence, and the step where it is put right."""

    code: str
    level: str
    sentence: str
    step: str = PEOPLE


def check(
    people: Sequence[Somebody],
    *,
    rule: Rule,
    today: dt.date,
    looking_until: dt.date | None = None,
    welcome_ready: bool = True,
    sponsor_named: bool = True,
    sponsor_said: str = "",
) -> list[Finding]:
    """Return what there is to say about a team, what is missing first, one finding for each thing the rule asks.

    A partner who is still being looked for counts as one of the people, and is a warning until the day given has passed.
    """
    looking = looking_until is not None and not any(one.position == Position.PARTNER for one in people)
    looks_ahead = looking and looking_until is not None and looking_until >= today
    found = [_people(len(people), looks_ahead and Position.PARTNER in rule.one_of, rule)]
    found += [_position(one, people, looking_until if looking else None, today) for one in rule.one_of]
    found.append(_lead(people))
    if any(one.position == Position.PARTNER for one in people):
        found.append(_welcome(welcome_ready))
    found += _sponsor(rule, sponsor_named, sponsor_said)
    order = {ERROR: 0, WARNING: 1, GOOD: 2}
    return sorted(found, key=lambda one: order[one.level])


def blocks(findings: Sequence[Finding]) -> bool:
    """Return whether anything found keeps an application from being sent."""
    return any(one.level == ERROR for one in findings)


def _people(named: int, one_to_come: bool, rule: Rule) -> Finding:
    missing = rule.people - named - one_to_come
    if missing > 0:
        sentence = ngettext(
            "%(count)d person more: a team has at least %(people)d.",
            "%(count)d people more: a team has at least %(people)d.",
            missing,
        ) % {"count": missing, "people": rule.people}
        return Finding("people", ERROR, sentence)
    sentence = ngettext("%(count)d person is named.", "%(count)d people are named.", named) % {"count": named}
    return Finding("people", GOOD, sentence)


def _position(position: str, people: Sequence[Somebody], looking_until: dt.date | None, today: dt.date) -> Finding:
    if any(one.position == position for one in people):
        return Finding(position, GOOD, _there(position))
    if position == Position.PARTNER and looking_until is not None:
        day = clocks.day(looking_until, language(), weekday=False)
        if looking_until < today:
            sentence = _("You wanted to find a partner by %(day)s. Name one, or say by when you will have one.")
            return Finding("partner", ERROR, sentence % {"day": day}, WELCOME)
        sentence = _("A partner is still being looked for, by %(day)s. You can send the application all the same.")
        return Finding("partner_looked_for", WARNING, sentence % {"day": day}, WELCOME)
    if position == Position.PARTNER:
        sentence = _(
            "A patient, resident or care partner is missing. Name one, or say until when you are still looking."
        )
        return Finding("partner", ERROR, sentence, WELCOME)
    return Finding(position, ERROR, _missing(position))


def _there(position: str) -> str:
    return {
        Position.MANAGER.value: _("A manager is in the team."),
        Position.PROVIDER.value: _("Somebody who gives care is in the team."),
        Position.PARTNER.value: _("A patient, resident or care partner is in the team."),
    }.get(position) or _("There is somebody who is: %(position)s.") % {"position": Position(position).label}


def _missing(position: str) -> str:
    return {
        Position.MANAGER.value: _("A manager of the unit is missing."),
        Position.PROVIDER.value: _("Somebody who gives care on the unit (a point-of-care provider) is missing."),
    }.get(position) or _("Nobody is named who is: %(position)s.") % {"position": Position(position).label}


def _lead(people: Sequence[Somebody]) -> Finding:
    leads = sum(one.role == Role.LEAD for one in people)
    if leads == 0:
        return Finding("lead", ERROR, _("Say who keeps the team going: give one person the role of team lead."))
    return Finding("lead", GOOD, _("Somebody leads the team."))


def _welcome(ready: bool) -> Finding:
    if not ready:
        sentence = _(
            "The welcome of your partner is not complete: who supports them, hours, recognition and how to ask for help."
        )
        return Finding("welcome", ERROR, sentence, WELCOME)
    return Finding("welcome", GOOD, _("The welcome of your partner is ready."), WELCOME)


def _sponsor(rule: Rule, named: bool, said: str) -> list[Finding]:
    if said == "no":
        sentence = _("Your sponsor answered no. Talk to them, or name somebody else.")
        return [Finding("sponsor_no", ERROR if rule.sponsor else WARNING, sentence, WELCOME)]
    if not named:
        if not rule.sponsor:
            return []
        return [Finding("sponsor", ERROR, _("An executive sponsor is needed: name one."), WELCOME)]
    if said == "yes":
        return [Finding("sponsor", GOOD, _("Your sponsor has confirmed."), WELCOME)]
    sentence = _("Your sponsor has not answered yet. You can send the application all the same.")
    return [Finding("sponsor_asked", WARNING, sentence, WELCOME)]
