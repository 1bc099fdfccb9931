"""The words of a foreseen message as a sample: from the real thing it speaks of, or from the latest real one of its kind."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from typing import Any

from collaborative.models import Cohort
from core.registry import Foreseen
from desk.outbox.every import samples
from desk.outbox.lists import Preview, as_it_reads, messages_in
from notifications import kinds
from notifications.models import PlannedMessage
from notifications.wording import Said, load_sources


def samples_of(cohort: Cohort, series: Sequence[Foreseen], reader: Any, lang: str) -> list[Preview | None]:
    """Return how these messages would read in this language, without their links; None where there is nothing to show one from.

    From the real thing that one speaks of, else from the latest of its kind in this cohort; never from another cohort.
    """
    made = {n: made_up(cohort, one, reader, lang) for n, one in enumerate(series) if one.source and _may_be_shown(one)}
    said = Said()
    load_sources(made.values())
    said.load_words(made.values())
    found: list[Preview | None] = [None] * len(series)
    for n, row in made.items():
        shown = as_it_reads(row, said)
        found[n] = shown if shown and not shown.is_broken else None
    left = {n: one for n, one in enumerate(series) if found[n] is None and _may_be_shown(one)}
    there = messages_in(cohort).filter(kind__in={one.kind for one in left.values()})
    known = set(there.order_by().values_list("kind", flat=True).distinct())
    latest = _Latest(cohort, lang)
    for n, one in left.items():
        if one.kind in known:
            found[n] = latest.of(one.kind, one.occurrence) or latest.of(one.kind)
    return found


def _may_be_shown(one: Foreseen) -> bool:
    kind = kinds.find(one.kind)
    return kind is not None and not kind.words_stay_hidden


class _Latest:
    """The latest real messages of a cohort as they read in one language: each kind, and each step of it, is asked for once."""

    def __init__(self, cohort: Cohort, lang: str) -> None:
        self._cohort, self._lang = cohort, lang
        self._found: dict[tuple[str, str], Preview | None] = {}

    def of(self, kind: str, occurrence: str = "") -> Preview | None:
        """Return the latest of a kind, and of this step of it where one is given; None where none can be shown."""
        which = kind, occurrence
        if which not in self._found:
            rows = messages_in(self._cohort).filter(kind=kind)
            rows = rows.filter(occurrence=occurrence) if occurrence else rows
            self._found[which] = next((one for one in samples(rows) if one.lang == self._lang), None)
        return self._found[which]


@dataclasses.dataclass(frozen=True)
class Unshown:
    """A kind of which there is no sample: its name, when it is told, and what its reader is told of why they get it."""

    name: str
    when: str
    audience: str


def unshown_of(series: Sequence[Foreseen], shown: Sequence[Preview | None]) -> tuple[list[Unshown], list[Unshown]]:
    """Return, in the language that speaks now, what there is none of yet; and that of which nobody else sees the words."""
    none_yet: dict[str, Unshown] = {}
    hidden: dict[str, Unshown] = {}
    missing = {one.kind for one in series} - {one.kind for one, sample in zip(series, shown, strict=True) if sample}
    for one in series:
        kind = kinds.find(one.kind)
        if kind is not None and one.kind in missing:
            which = hidden if kind.words_stay_hidden else none_yet
            which.setdefault(one.kind, Unshown(str(kind.name), str(kind.when), str(kind.audience)))
    return list(none_yet.values()), list(hidden.values())


def made_up(cohort: Cohort, one: Foreseen, reader: Any, lang: str) -> PlannedMessage:
    """Return a message that nobody planned, as if ``reader`` got it in this language."""
    person = copy.copy(reader)
    person.language = lang
    source_type, source_id = one.source or ("", "")
    row = PlannedMessage(
        kind=one.kind, source_type=source_type, source_id=source_id, occurrence=one.occurrence,
        recipient_key=str(reader.pk), scope_type="collaborative.cohort", scope_id=str(cohort.pk), due_at=one.at,
    )  # fmt: skip
    row.recipient = person
    return row
