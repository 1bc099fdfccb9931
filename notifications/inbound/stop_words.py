"""STOP, alone, as the answer to a mail: its kind comes by mail no more, as with the link in it; one line says that it was done.

What has to come is not stopped: its reader is told why. Asked before the rooms, so that nobody's "STOP" stands in a forum.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from notifications import services, stopping
from notifications.models import PlannedMessage

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming

TOLD: Final = "notifications/stop-answer"
# What the line is about: the message that was answered.
SOURCE: Final = "notifications.stop"
_LONGEST: Final = 200
_STOPS: Final = frozenset(
    {
        "stop", "unsubscribe", "unsubscribe me", "stop it", "stop this", "stop these", "stop these mails", "stop these emails",
        "no more mails", "no more emails", "arret", "arreter", "arretez", "desabonner", "desabonnez moi", "me desabonner",
        "se desabonner", "desabonnement", "desinscrire", "desinscrivez moi", "me desinscrire", "plus de courriels",
    }
)  # fmt: skip
_KIND_WORDS: Final = frozenset(
    ["please", "thanks", "thank", "you", "hi", "hello", "bonjour", "svp", "merci", "sil", "vous", "plait", "s", "il"]
)


def is_stop(words: str, name: str = "") -> bool:
    """Return whether somebody called ``name`` says nothing but that a mail should come no more."""
    if len(words) > _LONGEST:
        return False
    unsaid = _KIND_WORDS | set(_words(name))
    return " ".join(word for word in _words(words) if word not in unsaid) in _STOPS


def handle(mail: Incoming) -> str | None:
    """Do what "STOP" asks, tell its writer, and return what became of the mail; None where it says anything else."""
    answered = mail.answers
    if answered is None or mail.files or mail.calendar or not is_stop(mail.words, getattr(mail.person, "name", "")):
        return None
    if not stopping.has_reader(answered):
        return None
    stopping.stop_by_answer(answered)
    services.post(
        TOLD,
        to=answered.recipient or answered.recipient_key,
        about=(SOURCE, str(answered.pk)),
        version=0,
        occurrence=mail.key.hex,
        language=answered.lang,
    )
    return "must_come" if stopping.state_of(answered) == stopping.MUST else "stopped"


def answered_by(ids: Collection[str]) -> dict[str, PlannedMessage]:
    """Return the messages of these keys that still have a reader, with them."""
    rows = PlannedMessage.objects.filter(pk__in=ids).select_related("recipient")
    return {str(row.pk): row for row in rows if stopping.has_reader(row)}


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
