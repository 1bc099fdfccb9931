"""The kinds of message that improvement sends: what asks for the numbers of a week, and the answers to what comes back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from collaborative import not_this_week, team_talk
from collaborative.models import Team
from core.language import language
from core.quotes import inside
from core.time import day
from improvement import number_link, numbers_due, sheets
from improvement.axis import spoken_number, spoken_period
from improvement.models import DataPoint, Measure, MeasureKind, Missing
from improvement.number_replies import IMPOSSIBLE, PROBLEMS, SHARE, SIGN, WHOLE
from improvement.numbers_due import Asking
from improvement.periods import Rhythm
from improvement.replies import LATER, TAKEN, UNCLEAR, week_of
from notifications import kinds, sealing
from notifications.inbound.addresses import takes_mail
from notifications.models import PlannedMessage


def _about(message) -> dict[str, Any]:
    asking: Asking = message.source
    cohort = asking.team.cohort
    return {
        "team": asking.team,
        "cohort": cohort,
        "programme": cohort.programme,
        "week": day(week_of(message), language(), weekday=False),
        "path": reverse("numbers", args=[asking.team.pk]),
        "reply_to": cohort.contact_email,
        "takes_mail": takes_mail(),
    }


def _sheet(message):
    """Return the team's sheet where it can be answered with: a file of which the letter says nothing is no gift."""
    return sheets.attached(message) if takes_mail() else ()


def _due(message) -> dict[str, Any] | None:
    asking: Asking = message.source
    week, person = week_of(message), message.recipient
    owed = asking.asks(person, week) if person else []
    if not owed:
        return None
    on = message.due_at.date()
    return _about(message) | {
        "question": number_link.question(asking.team, week, owed[0]),
        "offered": owed[0].offered,
        "others": [one.name for one in owed[1:]],
        "span": number_link.between(week, owed[0]),
        "example": [(one.measure.name, number) for one, number in zip(owed, (7, 4, 12), strict=False)],
        "link_path": number_link.path_for(team=asking.team, person=person, week=week, on=on),
        "later_path": not_this_week.path_for(
            person=person, task=numbers_due.SOURCE, about=asking.team.pk, week=week, on=on
        ),
    }


def _is_overtaken(message) -> bool:
    """Has the same person answered once more since? Then only the last of these is told."""
    if message._state.adding:  # an example, which nobody was promised
        return False
    later = PlannedMessage.objects.filter(
        recipient_key=message.recipient_key, kind=message.kind, source_type=message.source_type,
        source_id=message.source_id, occurrence__startswith=message.occurrence[:10], created_at__gt=message.created_at,
    )  # fmt: skip
    return later.exists()


def _said(message) -> dict[str, Any]:
    """Return what is told beside what stands: sealed in the row until it has left."""
    return json.loads(sealing.unseal(message.secret) or "{}")


def _taken(message) -> dict[str, Any] | None:
    if _is_overtaken(message):
        return None
    asking: Asking = message.source
    said = _said(message)
    lines = [_line(one) for one in asking.said_by(message.recipient, week_of(message), only=said.get("taken"))]
    if not lines:
        return None
    return _about(message) | {
        "lines": lines,
        "one": lines[0] if len(lines) == 1 else None,
        "only_months": all(line["month"] for line in lines),
        "standing": _standing(said),
    }


def _line(point: DataPoint) -> dict[str, str]:
    number = spoken_number(point.value, point.measure.kind) or str(Missing(point.missing_reason).label)
    return {
        "name": numbers_due.named(point.measure, point.period_start),
        "number": _with_unit(number, point),
        "month": spoken_period(Rhythm.MONTHLY, point.period_start) if point.measure.frequency == Rhythm.MONTHLY else "",
    }


def _with_unit(number: str, point: DataPoint) -> str:
    """Return a number with what is counted; nothing is said of a unit where there is no number."""
    if point.value is None or not point.measure.unit:
        return number
    if point.measure.fills_itself:
        counted = ngettext("%(number)s conversation", "%(number)s conversations", int(point.value))
        return counted % {"number": number}
    return f"{number} {point.measure.unit}"


def _standing(said: dict[str, Any]) -> list[str]:
    """Return in sentences which numbers of somebody else were left as they are."""
    rows = said.get("standing") or []
    names = Measure.objects.in_bulk([one["measure"] for one in rows])
    found = []
    for one in rows:
        words = {**one, "measure": names[key].name if (key := _key(one, names)) else ""}
        if one["whose"]:
            text = gettext("%(measure)s: %(whose)s has entered %(stands)s, and you wrote %(said)s. Which one is right?")
        else:
            text = gettext("%(measure)s: %(stands)s stands there already, and you wrote %(said)s. Which one is right?")
        found.append(text % words)
    return found


def _key(one: dict[str, str], names: dict[Any, Measure]) -> Any:
    return next((key for key in names if str(key) == one["measure"]), None)


def _unclear(message) -> dict[str, Any] | None:
    said = _said(message)
    if _is_overtaken(message) or not said:
        return None
    asking: Asking = message.source
    week, page = week_of(message), _about(message)
    standing, owed = _standing(said), asking.owed.get(week)
    stays = [] if standing else _stays(asking.team, week, said, is_owed=bool(owed))
    if said.get("problem") != "refused" and not standing:
        link: dict[str, Any] = {
            "team": asking.team, "person": message.recipient, "week": week, "on": message.due_at.date(),
        }  # fmt: skip
        if any(one.by_id == message.recipient_id for one in stays):
            page["path"] = number_link.path_to_change(**link, measure=said.get("measure") or "")
        elif owed:
            page["path"] = number_link.path_for(**link)
    return page | {
        "standing": standing,
        "stays": _in_a_sentence(stays),
        "words": said.get("words", ""),
        "why_not": said.get("sentence") or ("" if standing else _why_not(said)),
    }


def _stays(team: Team, week: dt.date, said: dict[str, Any], *, is_owed: bool) -> list[DataPoint]:
    """Return the numbers that stand for a week, of what the answer was about: where that cannot be told, of all that is asked."""
    points = DataPoint.objects.filter(measure__team=team).asked_in(week)
    if key := said.get("measure"):
        points = points.filter(measure=key)
    elif is_owed:
        return []
    return list(points.select_related("measure").order_by("measure__ordinal", "measure__created_at"))


def _in_a_sentence(stays: list[DataPoint]) -> str:
    """Return that these numbers stand, "" where there is none."""
    if len(stays) == 1 and stays[0].value is not None and _is_the_only_one(stays[0].measure):
        number = spoken_number(stays[0].value, stays[0].measure.kind)
        return gettext("%(number)s stands for that week; it was not changed.") % {"number": number}
    words = {"numbers": " · ".join(numbers_due.in_words(one) for one in stays)}
    return gettext("For that week there stands: %(numbers)s. Nothing of it was changed.") % words if stays else ""


def _is_the_only_one(measure: Measure) -> bool:
    return not Measure.objects.filter(team=measure.team_id).counted().exclude(pk=measure.pk).exists()


def _later(message) -> dict[str, Any] | None:
    team, week, person = message.source.team, week_of(message), message.recipient
    what: dict[str, Any] = {"person": person, "task": numbers_due.SOURCE, "about": team.pk, "week": week}
    saved = "" if message.source.owed.get(week) else numbers_due.already_saved(team, week)
    row, back = message.source.put_off_by(person, week), ""
    if _is_overtaken(message) or not (row or saved):
        return None
    # The link takes it back for some minutes only, and it may have been put off long before this answer.
    if row and not saved and person.email and not_this_week.can_be_undone(row):
        back = not_this_week.path_for(**what, on=message.due_at.date())
    return _about(message) | {"saved": saved, "noted": saved or not_this_week.done(), "back": back}


def _why_not(said: dict[str, Any]) -> str:
    """Return in a sentence why what looks like a number was not taken."""
    problem = said.get("problem", "")
    measure = Measure.objects.filter(pk=said["measure"]).first() if said.get("measure") else None
    if measure is not None and (named := _why_not_of(problem, measure, said.get("value", ""))):
        return named
    words = dict(
        zip(
            PROBLEMS,
            (
                gettext("There is more than one number in it. Write one, or a line for each with its name."),
                gettext("It sounds like a guess. Write the number you would put on the chart."),
                gettext("We could not tell which number is meant. Write a line for each, with its name."),
                gettext("This number cannot be. A part is not more than the whole, and nothing is less than none."),
                gettext("This one is counted: write how many, one number alone."),
                gettext("This one is counted, not in percent: write how many."),
                gettext("This one is counted in whole numbers."),
                gettext("The comma could stand for thousands or for decimals. Write the number without it."),
                gettext("There are too many digits in it."),
                gettext(
                    "Your log has counted nothing this week, so there was nothing to agree with. Write the number."
                ),
                gettext("Write the number itself; 0 if there was none."),
            ),
            strict=True,
        )
    )
    return words.get(problem, gettext("We could not read a number in it."))


def _why_not_of(problem: str, measure: Measure, value: str) -> str:
    """Return the same with the name of what is counted, "" where the name says no more."""
    words = {"measure": inside(measure.name)}
    if problem == IMPOSSIBLE and measure.kind == MeasureKind.COUNT:
        return gettext("“%(measure)s” is a count: a whole number from 0 on.") % words
    if problem == SHARE:
        return gettext("“%(measure)s” is counted: write how many, one number alone.") % words
    if problem == SIGN:
        return gettext("“%(measure)s” is counted, not in percent: write how many.") % words
    if problem == WHOLE and value:
        low = Decimal(value).to_integral_value(rounding=ROUND_FLOOR)
        words |= {
            "low": spoken_number(low), "high": spoken_number(low + 1), "said": spoken_number(Decimal(value)),
        }  # fmt: skip
        return gettext("“%(measure)s” is counted in whole numbers: %(low)s or %(high)s, not %(said)s.") % words
    return ""


kinds.register(
    kinds.Kind(
        key=numbers_due.KIND,
        name=_("This week’s number"),
        template="improvement/emails/number_due",
        audience=_("You get this because you lead this team."),
        when=_(
            "On Friday at 14:00 on the cohort’s clock in an action period, but for the week of a session; once for all "
            "numbers of the week."
        ),
        stops=_(
            "Every number of the week is there, the reader has put it off, the team is paused or the week is quiet, the "
            "week is over, or the person is not in the team any more."
        ),
        context=_due,
        sources=numbers_due.asking,
        files=_sheet,
        thread=lambda message: team_talk.thread_of(message.source_id),
    )
)
kinds.register(
    kinds.Kind(
        key=TAKEN,
        name=_("A number was taken from a mail"),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        template="improvement/emails/number_taken",
        audience=_("You get this because you answered a mail with a number."),
        when=_("At once, when a number comes back with the answer to a mail."),
        stops=_("The person has answered once more, or is not in the team any more."),
        context=_taken,
        sources=numbers_due.asking,
        also_when_closed=True,
    )
)
kinds.register(
    kinds.Kind(
        key=UNCLEAR,
        name=_("A number could not be taken from a mail"),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        template="improvement/emails/number_unclear",
        audience=_("You get this because you answered a mail with a number."),
        when=_("At once, when the answer to a mail is nearly a number, or somebody else has entered another one."),
        stops=_("The person has answered once more, or is not in the team any more."),
        context=_unclear,
        sources=numbers_due.asking,
        also_when_closed=True,
        listed=False,
    )
)
kinds.register(
    kinds.Kind(
        key=LATER,
        name=_("A week was put off by answering a mail"),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        template="improvement/emails/number_later",
        audience=_("You get this because you answered a mail with “Not this week”."),
        when=_("At once, when somebody answers the mail about the week’s numbers with “Not this week”."),
        stops=_("It is taken back first, or the person has answered once more, or is not in the team any more."),
        context=_later,
        sources=numbers_due.asking,
        also_when_closed=True,
        listed=False,
    )
)
