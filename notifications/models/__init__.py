"""The tables of the promise to tell somebody something."""

from notifications.models.arrival import SenderCheck
from notifications.models.inbound import (
    Conversation,
    ConversationAnswer,
    ConversationQuerySet,
    InboundFile,
    InboundMail,
    Suppression,
)
from notifications.models.message import (
    Channel,
    MessageEvent,
    MessageQuerySet,
    PlannedMessage,
    State,
    Tick,
    make_message_id,
)
from notifications.models.push import PushSubscription
from notifications.models.respect import Choice, ConsentEntry, KindChoice, Level, Rhythm, Shift, Way

__all__ = [
    "Channel",
    "Choice",
    "ConsentEntry",
    "Conversation",
    "ConversationAnswer",
    "ConversationQuerySet",
    "InboundFile",
    "InboundMail",
    "KindChoice",
    "Level",
    "MessageEvent",
    "MessageQuerySet",
    "PlannedMessage",
    "PushSubscription",
    "Rhythm",
    "SenderCheck",
    "Shift",
    "State",
    "Suppression",
    "Tick",
    "Way",
    "make_message_id",
]
