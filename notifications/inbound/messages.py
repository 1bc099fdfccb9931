"""What is said to who wrote a mail: the planning team's answer, and to a stranger how to be recognised."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import choosing, kinds, stopping, tokens
from notifications.inbound import stop_words
from notifications.inbound.conversations import ANSWER, bare_subject
from notifications.inbound.reading import ids_of
from notifications.inbound.receiving import UNKNOWN_SENDER
from notifications.kinds import Importance
from notifications.models import ConversationAnswer, PlannedMessage
from notifications.wording import STOP

# A mail program needs the first of a thread and those before this one.
_MOST_REFERENCES = 10


def _answers(ids: Collection[str]) -> Mapping[str, ConversationAnswer]:
    rows = ConversationAnswer.objects.filter(pk__in=ids).exclude(words="")
    return {str(row.pk): row for row in rows.select_related("conversation", "to_mail", "by")}


def _answer(message: PlannedMessage) -> dict:
    written: ConversationAnswer = message.source
    subject = bare_subject(written.to_mail.subject if written.to_mail else "") or written.conversation.subject
    followed = ids_of(f"{written.to_mail.references} {written.to_mail.message_id}") if written.to_mail else []
    return {
        "said": written.words,
        "writer": getattr(written.by, "name", "") or gettext("The planning team"),
        "topic": subject or gettext("Your mail"),
        "follows": (*followed[:1], *followed[1:][-_MOST_REFERENCES:]),
    }


def _stopped(ids: Collection[str]) -> Mapping[str, PlannedMessage]:
    """Return the messages that were answered, but for what was asked for again in the meantime."""
    found = stop_words.answered_by(ids)
    return {key: row for key, row in found.items() if stopping.state_of(row) != stopping.COMES}


def _stop_answer(message: PlannedMessage) -> dict:
    answered: PlannedMessage = message.source
    kind = kinds.find(answered.kind)
    return {
        "must": not choosing.may_stop(answered),
        "about": str(kind.name) if kind else "",
        "has_account": answered.recipient_id is not None,
        "again_path": reverse("stop_mail", args=[tokens.token_of(answered.pk, STOP)]),
    }


kinds.register(
    kinds.Kind(
        key=ANSWER,
        template="notifications/emails/answer",
        audience=_("You get this because you wrote to the planning team. Answer this mail to go on."),
        when=_("Some minutes after somebody of the planning team answers a mail that came in."),
        stops=_("Whoever wrote it took it back, or its reader has asked to be forgotten."),
        context=_answer,
        sources=_answers,
        priority=kinds.SOON,
        also_when_closed=True,
        importance=Importance.MUST,
        keeps_hour=True,
        name=_("The planning team’s answer to a mail"),
        any_address=True,
    )
)
kinds.register(
    kinds.Kind(
        key=UNKNOWN_SENDER,
        template="notifications/emails/unknown_sender",
        audience=_("You get this because a mail from your address came here. It comes once a day at most."),
        when=_("At once, when a mail comes in from an address that nobody here has confirmed; once a day at most."),
        stops=_("Nothing: it leaves at once."),
        context=kinds.nothing_more,
        also_when_closed=True,
        importance=Importance.MUST,
        keeps_hour=True,
        listed=False,
        name=_("How to be recognised, to a stranger who wrote"),
    )
)
kinds.register(
    kinds.Kind(
        key=stop_words.TOLD,
        template="notifications/emails/stop_answer",
        audience=_("You get this because you answered a mail with STOP."),
        when=_("At once, when somebody answers a mail with STOP."),
        stops=_("Its reader has asked for these mails again, or has asked to be forgotten."),
        context=_stop_answer,
        sources=_stopped,
        priority=kinds.SOON,
        also_when_closed=True,
        importance=Importance.MUST,
        keeps_hour=True,
        listed=False,
        name=_("The answer to STOP"),
    )
)
