"""What a mail that came in says: the form in which the rooms see it (`core.registry.handle_reply`).

It bears only what a room may rely on. ``person`` is who has confirmed the address it came from: nobody else may be taken to
have spoken. Whether the mail really is from its sender is for the mail server to have checked (docs/operations.md).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notifications.letters import Attached
    from notifications.models import PlannedMessage


@dataclass(frozen=True)
class Incoming:
    """One mail, handled once.

    `key`: the stored row's. `sender`: the address it came from, in lower case.
    `person`: whose confirmed address that is (an account that is open), or None.
    `words`: what its writer wrote, without quotes and signature; `everything`: the whole of it as plain text.
    `language`: the person's, else the one that the words seem to be in ("en" or "fr").
    `answers`: the message of ours that it answers, or None. Where it is set, `sender` is its reader's address: an answer by
    anybody else is never handed to a room, only to people.
    `files`: what was attached, as it came: names and types are the sender's, and nothing has looked into them yet.
    `calendar`: the text of a calendar's answer (METHOD:REPLY) in it, or "".
    """

    key: uuid.UUID
    sender: str
    person: Any
    subject: str
    words: str
    everything: str
    language: str
    answers: PlannedMessage | None = None
    files: tuple[Attached, ...] = ()
    calendar: str = ""
