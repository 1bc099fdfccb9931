"""Hide this, for what is written here: the words of a conversation, and those of a try. Counts and dates stay."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import hiding
from collaborative.hideable import Why
from collaborative.hiding import Named
from core.refusals import Refused
from improvement.models import SafetyConversation, TriedChange

Written = SafetyConversation | TriedChange
_CALLED = {SafetyConversation: "conversation", TriedChange: "try"}


@transaction.atomic
def hide(*, row: Written, by) -> Written:
    """Hide the words of ``row`` at once for everybody. A planner's hiding is a decision; a reader's waits for a planner.

    Refuses where there are no words, and a reader who hides too many or the same again (collaborative.hiding).
    """
    row = _locked(row)
    if not row.has_words:
        raise Refused(_("There are no words here that could be hidden."))
    why = hiding.why_hidden(row, by=by, cohort=row.team.cohort)
    if why:
        _change(row, hiding.hidden(by=by, why=why))
        _record("hidden", row, by, why=why.value)
    return row


@transaction.atomic
def take_back(*, row: Written, by) -> dict[str, str]:
    """Take one's own words back: they are gone from here at once.

    Returns them by field, so that the page can give them back to their writer. Taking back twice returns nothing.
    """
    row = _locked(row)
    if not row.is_by(by):
        raise Refused(_("Only the one who wrote this can take it back."))
    if hiding.why_hidden(row, by=by, cohort=row.team.cohort, writer=True) is None:
        return {}
    words = {name: getattr(row, name) for name in row.WORDS}
    # Whoever has a form of this try open is told that it has changed.
    more: dict = {"version": F("version") + 1} if isinstance(row, TriedChange) else {}
    _change(row, {**hiding.hidden(by=by, why=Why.WRITER), **dict.fromkeys(words, ""), **more})
    _record("taken_back", row, by)
    return words


@transaction.atomic
def show(*, row: Written, by) -> Written:
    """Show words again that a reader or a planner has hidden: a planner may, and at once the reader who hid them.

    What its writer took back is gone.
    """
    row = _locked(row)
    hiding.must_show(row, by=by, cohort=row.team.cohort)
    if row.hidden_why == Why.WRITER:
        raise Refused(_("Its writer took this back; the words are gone."))
    if row.hidden_why:
        _change(row, hiding.SHOWN)
        _record("shown", row, by)
    return row


def _locked(row: Written) -> Written:
    return type(row).objects.select_for_update(of=("self",)).select_related("team__cohort").get(pk=row.pk)


def _change(row: Written, values: dict) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db(fields=list(values))


def _record(verb: str, row: Written, by, **detail) -> None:
    record(f"{_CALLED[type(row)]}.{verb}", row, by=by, cohort_id=row.team.cohort_id, team=row.team_id, **detail)


# ---------------------------------------------------------------- what waits for the planning team


def conversations_awaiting_look(cohort):
    """Return the conversations of a cohort whose words a reader has hidden, the latest first."""
    rows = SafetyConversation.objects.filter(team__cohort=cohort).standing().with_words().awaiting_look()
    return rows.select_related("team").order_by("-hidden_at")


def conversation_line(row: SafetyConversation) -> Named:
    """Return how a list names a conversation that waits for a planner's look."""
    url = f"{reverse('team_conversations', args=[row.team_id])}#waiting"
    return _("Words about a conversation"), row.team.name, url


def tries_awaiting_look(cohort):
    """Return the tries of a cohort that a reader has hidden, the latest first."""
    rows = TriedChange.objects.filter(team__cohort=cohort).with_words().awaiting_look()
    return rows.select_related("team").order_by("-hidden_at")


def try_line(row: TriedChange) -> Named:
    """Return how a list names a try that waits for a planner's look."""
    return _("A change that was tried"), row.team.name, reverse("try", args=[row.team_id, row.pk])
