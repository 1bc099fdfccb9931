"""What planners do in the shared inbox, over the services of mail that comes in: nothing of two who answer at once is lost."""

from __future__ import annotations

from typing import Any

from django.db import transaction

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


@transaction.atomic
def take(*, conversation: Conversation, by: Any) -> Conversation:
    """Take a conversation on, and with it take note that somebody has seen it. Return it."""
    conversations.mark_read(conversation)
    return conversations.take(conversation, by=by)
