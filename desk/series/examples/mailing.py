"""Examples of mail about mail: answers of the planning team, the answer to STOP, what was put together, a sample."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from collaborative.models import Cohort, Role
from core.registry import Foreseen
from desk.outbox.lists import as_it_reads
from desk.series.examples.found import WORDS_STAND_HERE, Example, once, reader_of, session_of
from desk.series.sending import KIND as SAMPLE
from desk.series.sending import Place
from notifications import digests, inbox
from notifications.inbound import stop_words
from notifications.inbound.conversations import ANSWER
from notifications.models import Conversation, ConversationAnswer, PlannedMessage
from notifications.wording import Said

# What stands in these examples in the place of any other message.
_OTHER: Final = "sessions/reminder"


def _reminder(row: PlannedMessage, cohort: Cohort) -> PlannedMessage:
    """Return a reminder of the next session to whoever looks."""
    found = PlannedMessage(
        kind=_OTHER, occurrence="T-2d", recipient_key=row.recipient_key, scope_type=row.scope_type, scope_id=row.scope_id,
        due_at=row.due_at,
    )  # fmt: skip
    found.recipient, found.source = reader_of(row), session_of(cohort)
    return found


def _answer(row: PlannedMessage, cohort: Cohort) -> None:
    person = reader_of(row)
    row.source = ConversationAnswer(
        conversation=Conversation(person=person, language=person.language), by=person, words=str(WORDS_STAND_HERE)
    )


def _stopped(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = _reminder(row, cohort)


def _digest(row: PlannedMessage, cohort: Cohort) -> None:
    """One thing that waits, as it would stand in it."""
    other = _reminder(row, cohort)
    shown = as_it_reads(other, once(cohort, "said", lambda: _said(other)))
    words = (shown.subject, shown.words) if shown else ("", "")
    row.source = [inbox.Note(other.pk, other.due_at, *words, kind=other.kind)]


def _sample(row: PlannedMessage, cohort: Cohort) -> None:
    """The first sample of a set of one: a reminder, to whom it goes and when."""
    other = _reminder(row, cohort)
    shown = as_it_reads(other, once(cohort, "said", lambda: _said(other)))
    series = [Foreseen(other.kind, other.due_at)]
    row.source = SimpleNamespace(cohort=cohort, of=lambda _reader, _role, _lang: (series, [shown]))
    row.occurrence = Place(Role.LEAD.value, reader_of(row).language, cohort.city, 1, 1, 1).occurrence("example")


def _said(row: PlannedMessage) -> Said:
    """Return how letters of its series speak: what stands behind it is there already."""
    said = Said()
    said.load_words([row])
    return said


EXAMPLES: Final[dict[str, Example]] = {
    ANSWER: _answer,
    SAMPLE: _sample,
    digests.KIND: _digest,
    stop_words.TOLD: _stopped,
}
