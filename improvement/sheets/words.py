"""What is said of a sheet that came back: one line for all of it, and one for each row that needs a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.language import language
from core.quotes import inside
from core.time import day
from improvement.axis import spoken_number
from improvement.models import Measure, Missing, ReturnedSheet
from improvement.sheets import reading

# Facts that are one word of improvement.sheets.cells.
_NUMBERS: Final = frozenset({"theirs", "mine", "number", "times", "part", "whole"})
# So many rows are told one by one in a mail; the page has them all.
IN_A_MAIL: Final = 10


@dataclass(frozen=True)
class Line:
    """One thing that needs a person: where it stands, what it says, what to do, and the page on which to do it ("" = none)."""

    row: int
    says: str
    where: str
    todo: str
    url: str = ""


@dataclass(frozen=True)
class Change:
    """A number of the sheet, as its reader reads it."""

    row: int
    where: str
    number: str


def summary(returned: ReturnedSheet) -> str:
    """Return what became of a sheet in one line: "6 read, 1 needs you: row 9 says 14 of 12"."""
    if returned.refused:
        return _("Nothing was read from your sheet")
    read, needs = len(returned.read_rows), len(returned.troubled_rows)
    if not read and not needs:
        return _("Nothing is new in your sheet")
    parts = []
    if read:
        parts.append(ngettext("%(n)d read", "%(n)d read", read) % {"n": read})
    if needs:
        parts.append(ngettext("%(n)d needs you", "%(n)d need you", needs) % {"n": needs})
    line = ", ".join(parts)
    if not needs:
        return line
    line = _("%(counts)s: %(first)s") % {"counts": line, "first": _says(returned.troubles[0])}
    if needs == 1:
        return line
    others = {"line": line, "n": needs - 1}
    return ngettext("%(line)s, and %(n)s other", "%(line)s, and %(n)s others", needs - 1) % others


def lines(returned: ReturnedSheet, measures: Sequence[Measure]) -> list[Line]:
    """Return everything that needs a person, row by row; a row without a week stands there once."""
    known = {str(one.pk): one for one in measures}
    found: dict[tuple[int, str, str], Line] = {}
    for one in returned.troubles:
        measure = known.get(one["measure"])
        about_row = one["code"] in ("no_week", "no_such_week")
        key = (one["row"], one["code"], "" if about_row else one["measure"])
        if key not in found:
            found[key] = _line(one, None if about_row else measure, returned)
    return list(found.values())


def _line(trouble: dict[str, Any], measure: Measure | None, returned: ReturnedSheet) -> Line:
    week = dt.date.fromisoformat(trouble["week"]) if trouble["week"] else None
    url = ""
    if measure is not None and week is not None and trouble["code"] != "no_such_week":
        url = f"{reverse('number', args=[returned.team_id, measure.pk])}?week={week.isoformat()}"
    says = _says(trouble)
    return Line(trouble["row"], says[:1].upper() + says[1:], _where(measure, week), _help(trouble), url)


def _where(measure: Measure | None, week: dt.date | None) -> str:
    parts = [_("“%(name)s”") % {"name": inside(measure.name)}] if measure else []
    if week:
        parts.append(_("week of %(day)s") % {"day": day(week, language(), weekday=False)})
    return ", ".join(parts)


def changes(returned: ReturnedSheet, measures: Sequence[Measure]) -> list[Change]:
    """Return the numbers that a sheet changes, or has changed, in the order of their rows."""
    known = {str(one.pk): one for one in measures}
    rows = sorted((one for one in returned.changes if one["measure"] in known), key=lambda one: one["row"])
    return [
        Change(
            one["row"],
            _where(known[one["measure"]], dt.date.fromisoformat(one["week"])),
            _spoken(one["text"], known[one["measure"]].kind),
        )
        for one in rows
    ]


def _spoken(text: str, kind: str = "") -> str:
    """Return a number, or why there is none, as it is read."""
    if text in Missing.values:
        return str(Missing(text).label)
    return spoken_number(Decimal(text), kind) if text else _("no number")


def _says(trouble: dict[str, Any]) -> str:
    """Return what a row says, as it goes on after a colon."""
    return _SAYS[trouble["code"]]() % {**_told(trouble["facts"]), "row": trouble["row"]}


def _help(trouble: dict[str, Any]) -> str:
    return _HELP[trouble["code"]]() % _told(trouble["facts"])


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: _spoken(value) if key in _NUMBERS else value for key, value in facts.items()}


_SAYS: Final[dict[str, Callable[[], str]]] = {
    "too_many": lambda: _("row %(row)d says %(part)s of %(whole)s"),
    "of_none": lambda: _("row %(row)d says %(part)s of 0"),
    "no_share": lambda: _("row %(row)d says %(part)s of %(whole)s where one number belongs"),
    "no_number": lambda: _("row %(row)d holds something that is no number"),
    "comma": lambda: _("row %(row)d holds a comma that can be read in two ways"),
    "date": lambda: _("row %(row)d holds a date where a number belongs"),
    "share": lambda: _("row %(row)d says %(number)s where a percentage belongs"),
    "too_big": lambda: _("row %(row)d holds a number that is too big"),
    "no_week": lambda: _("row %(row)d has numbers and no date that can be read"),
    "no_such_week": lambda: _("row %(row)d has a date that cannot have a number"),
    "refused": lambda: _("row %(row)d says %(mine)s"),
    "twice": lambda: _("row %(row)d and row %(other)d say something different about the same week"),
    "gone": lambda: _("row %(row)d has a number for something that your team does not count any more"),
    "overtaken": lambda: _("row %(row)d says %(mine)s, and somebody saved %(theirs)s meanwhile"),
}
_HELP: Final[dict[str, Callable[[], str]]] = {
    "too_many": lambda: _("It cannot be more than all. Correct one of the two."),
    "of_none": lambda: _(
        "Of nothing there is no share. If there was nothing to count, say so on the page of this number."
    ),
    "no_share": lambda: _("Type how many there were, as one number."),
    "no_number": lambda: _("Type a number. Empty says nothing; n/a says that it was not collected."),
    "comma": lambda: _("Type it without the comma, or with a point."),
    "date": lambda: _("Excel made a date of what was typed. Type it with an apostrophe before it, such as '7/9."),
    "share": lambda: _("If %(times)s percent is meant, type that; else type it with its sign, such as 0.5%%."),
    "too_big": lambda: _("Is there a digit too many?"),
    "no_week": lambda: _("The row begins with the Monday of its week, such as 2026-11-16."),
    "no_such_week": lambda: "%(sentence)s",
    "refused": lambda: "%(sentence)s",
    "twice": lambda: _("Keep one of them."),
    "gone": lambda: _("Leave that column as it is."),
    "overtaken": lambda: _("What was saved stands. If the sheet is right, type its number on the page."),
}


def why_not_read(returned: ReturnedSheet) -> str:
    """Return why nothing of a file was read, as a sentence for who sent it."""
    return returned.told.get("sentence") or why_not(returned.refused)


def why_not(code: str) -> str:
    """Return why nothing of a file was read."""
    return {
        reading.FOREIGN: _(
            "This is not the sheet of your team’s numbers: only the one that we made is read. Download it, fill it in, and "
            "send that file."
        ),
        reading.OTHER_TEAM: _("This is the sheet of another team. Download the one of this team, and send that file."),
        reading.NO_HEAD: _("The row with the headings is missing, or its first column was renamed. Download the sheet anew."),
        reading.TWICE: _("One of its columns stands there twice. Keep one of them, and send the file again."),
        "several": _("There is more than one sheet in this mail. Send them one by one."),
        "not_yours": _("Numbers are entered by those who belong to the team, and you do not at the moment."),
        "closed": _("This series is closed. Everything can still be read; nothing can be changed any more."),
    }[code]  # fmt: skip
