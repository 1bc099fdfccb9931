"""The words of a foreseen message as a sample: from the real thing it speaks of, or from the latest real one of its kind."""

from __future__ import annotations

import copy
from typing import Any

from collaborative.models import Cohort
from collaborative.series import ROLES
from core.registry import Foreseen
from desk.outbox.every import LANGUAGES, samples
from desk.outbox.lists import Preview, as_it_reads, messages_in
from desk.series.pages import series_of
from notifications import kinds
from notifications.models import PlannedMessage


def sample_of(cohort: Cohort, one: Foreseen, reader: Any, lang: str) -> Preview | None:
    """Return how a message would read in this language, without its links; None where there is nothing to show it from."""
    kind = kinds.find(one.kind)
    if kind is None or kind.words_stay_hidden:
        return None
    found = as_it_reads(_made_up(cohort, one, reader, lang)) if one.source else None
    if found and not found.is_broken:
        return found
    rows = messages_in(cohort).filter(kind=one.kind)
    same = rows.filter(occurrence=one.occurrence) if one.occurrence else rows
    return next((each for each in samples(same) or samples(rows) if each.lang == lang), None)


def _made_up(cohort: Cohort, one: Foreseen, reader: Any, lang: str) -> PlannedMessage:
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


def samples_of_kind(cohort: Cohort, key: str, reader: Any) -> list[Preview]:
    """Return the latest message of a kind in both languages; before there is one, what the first one will say."""
    found = samples(messages_in(cohort).filter(kind=key))
    if found:
        return found
    for role in ROLES:
        for one in series_of(cohort, role.value):
            if one.kind == key and one.source:
                shown = [as_it_reads(_made_up(cohort, one, reader, lang)) for lang in LANGUAGES]
                return [each for each in shown if each and not each.is_broken]
    return []
