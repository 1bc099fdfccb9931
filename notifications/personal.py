"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import FOR_GOOD, PLANNERS, keep, plain

keep("notifications.plannedmessage", "recipient", "recipient_key", "address", "secret", "smtp_text", "reason",
     why=_("to tell somebody something once, and to see whether it left"),
     seen=_("the person; planners see kind, hour and state, not the words"))  # fmt: skip
keep(
    "notifications.messageevent",
    "actor",
    why=_("which planner decided about a message that could not leave"),
    seen=PLANNERS,
    kept=FOR_GOOD,
)
keep("notifications.tick", "paused_by", "pause_reason", why=_("who stopped all sending, and why"), seen=PLANNERS)
plain(
    "notifications.plannedmessage",
    "lang",
    "tz",
    "kind",
    "source_type",
    "source_id",
    "occurrence",
    "thread_key",
    "scope_type",
    "scope_id",
    "message_id",
)
plain("notifications.messageevent", "from_state", "to_state", "note")
