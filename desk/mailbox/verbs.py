"""What planners do in the shared inbox, over the services of mail that comes in: nothing of two who answer at once is lost."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import QueryDict

from accounts import drafts
from core.refusals import Overtaken
from notifications.inbound import conversations
from notifications.models import Conversation, ConversationAnswer


@transaction.atomic
def answer(*, conversation: Conversation, by: Any, words: str, version: int) -> ConversationAnswer:
    """Answer who wrote, and return the answer. Raises Overtaken where something happened here since ``version``."""
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if row.version != version:
        raise Overtaken(row)
    return conversations.answer(row, words=words, by=by)


def draft_of(conversation: Conversation) -> str:
    """Return the name under which an answer is kept while it is written."""
    return f"desk/mail/{conversation.pk}"


@transaction.atomic
def take_back(*, answer: ConversationAnswer, by: Any) -> None:
    """Take an answer back that has not left: its words are a draft of its writer again, before what they have begun since.

    Refused once it has left, and where both together are too long for a draft: then it stands as it was.
    """
    key = draft_of(answer.conversation)
    words = [conversations.take_back(answer, by=by)]
    if begun := drafts.load(by, key):
        words.append(begun.get("words", ""))
    data = QueryDict(mutable=True)
    data["words"] = "\n\n".join(filter(None, words))
    drafts.save(by, key, data)


@transaction.atomic
def take(*, conversation: Conversation, by: Any) -> Conversation:
    """Take a conversation on, and with it take note that somebody has seen it. Return it."""
    conversations.mark_read(conversation)
    return conversations.take(conversation, by=by)


@transaction.atomic
def give(*, conversation: Conversation, to: str, by: Any, seen: str) -> Conversation:
    """Give a conversation to somebody else of the planning team (their key), and with it take note that somebody has seen it.
    Return it."""
    conversations.mark_read(conversation)
    return conversations.give(conversation, to=to, by=by, seen=seen)
