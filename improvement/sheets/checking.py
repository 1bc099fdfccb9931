"""What a sheet would change, against what is saved now: the row check. Nothing is written here."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.refusals import Refused
from improvement import services
from improvement.models import Measure, Missing
from improvement.sheets.cells import as_text
from improvement.sheets.grid import Grid
from improvement.sheets.reading import Said


@dataclass(frozen=True)
class Trouble:
    """What needs a person: in which row, a code, about which measure and week, and the figures that its words need."""

    row: int
    code: str
    measure: str = ""
    week: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Change:
    """A number that would be saved, in one word, with the parts it was worked out from (``part`` of ``whole``); ``seen`` names the act of saving that stands now ("" = none)."""

    row: int
    measure: str
    week: str
    text: str
    seen: str = ""
    part: str = ""
    whole: str = ""

    def plain(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclass
class Checked:
    changes: list[Change] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    # Rows that say what is saved already, though it was not when the sheet was made.
    same: list[int] = field(default_factory=list)


def value_and_reason(text: str) -> tuple[Decimal | None, str]:
    """Return what one word means: a value, or the reason why there is none."""
    return (None, text) if text in Missing.values else (Decimal(text), "")


def check(said: tuple[Said, ...], grid: Grid) -> Checked:
    """Return what the sheet would change in what stands in ``grid``."""
    measures = {one.pk: one for one in grid.measures}
    found = Checked()
    for one in said:
        _one(one, measures.get(one.measure), grid, found)
    return found


def _one(one: Said, measure: Measure | None, grid: Grid, found: Checked) -> None:
    trouble = _trouble(one, measure)
    if trouble or measure is None or one.week is None:
        found.troubles.append(trouble or _of(one, "gone"))
        return
    standing = grid.standing(measure, one.week)
    if standing.text == one.meaning.text:
        found.same.append(one.row)
    elif standing.text != one.was:
        found.troubles.append(_of(one, "overtaken", theirs=standing.text, mine=one.meaning.text))
    else:
        seen = standing.deed.hex if standing.deed else ""
        part, whole = (as_text(value) for value in one.meaning.parts) if one.meaning.parts else ("", "")
        found.changes.append(
            Change(one.row, str(measure.pk), one.week.isoformat(), one.meaning.text, seen, part, whole)
        )


def _trouble(one: Said, measure: Measure | None) -> Trouble | None:
    """Return what keeps this number from being saved, whatever stands there; None for nothing."""
    if measure is None:
        return _of(one, "gone")
    if one.week is None:
        return _of(one, "no_week")
    if one.meaning.trouble:
        return _of(one, one.meaning.trouble, **one.meaning.facts)
    try:
        services.checked_number(measure=measure, period_start=one.week, value=one.meaning.value)
    except Refused as refused:
        return refused_trouble(one.row, measure.pk, one.week.isoformat(), refused, one.meaning.text)
    return None


def refused_trouble(row: int, measure: uuid.UUID, week: str, refused: Refused, text: str) -> Trouble:
    """Return a refusal of the service as what is said of a row. Its sentence is in the sender's language."""
    facts = {"sentence": refused.sentence}
    if refused.field == "period":
        return Trouble(row, "no_such_week", str(measure), week, facts)
    return Trouble(row, "refused", str(measure), week, facts | {"mine": text})


def overtaken_trouble(change: Change, theirs: Any) -> Trouble:
    """Return what is said where somebody saved another number while the sheet was looked at."""
    stands = theirs.missing_reason if theirs.value is None else as_text(theirs.value)
    return Trouble(change.row, "overtaken", change.measure, change.week, {"theirs": stands, "mine": change.text})


def _of(one: Said, code: str, **facts: Any) -> Trouble:
    return Trouble(one.row, code, str(one.measure), one.week.isoformat() if one.week else "", facts)
