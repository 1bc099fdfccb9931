"""The tables of the promise to tell somebody something."""

from notifications.models.message import (
    Channel,
    MessageEvent,
    MessageQuerySet,
    PlannedMessage,
    State,
    Tick,
    make_message_id,
)

__all__ = ["Channel", "MessageEvent", "MessageQuerySet", "PlannedMessage", "State", "Tick", "make_message_id"]
