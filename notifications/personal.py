"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import FOR_GOOD, PLANNERS, SELF, keep, plain

keep("notifications.plannedmessage", "recipient", "recipient_key", "address", "secret", "smtp_text", "reason",
     why=_("to tell somebody something once, and to see whether it left"),
     seen=_("the person; planners see to whom, when and how it stands, and how a waiting one reads, except what no page shows"))  # fmt: skip
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
    "scope_type",
    "scope_id",
    "message_id",
)
plain("notifications.messageevent", "from_state", "to_state", "note")


_WHAT_WAS_WRITTEN = _("to answer mail that people write, and to do once what it asks")
_FOR_A_YEAR = _("a year after the conversation was closed, then emptied by itself; sooner on request")
keep(
    "notifications.inboundmail",
    "sender", "person", "subject", "words", "everything", "message_id", "references",
    why=_WHAT_WAS_WRITTEN, seen=PLANNERS, kept=_FOR_A_YEAR,
)  # fmt: skip
plain("notifications.inboundmail", "once", "language", "outcome")
keep("notifications.inboundfile", "name", "data", why=_WHAT_WAS_WRITTEN, seen=PLANNERS, kept=_FOR_A_YEAR)
plain("notifications.inboundfile", "content_type")
keep(
    "notifications.conversation",
    "person", "address", "subject", "owner",
    why=_WHAT_WAS_WRITTEN, seen=PLANNERS, kept=_FOR_A_YEAR,
)  # fmt: skip
plain("notifications.conversation", "language", "scope_type", "scope_id")
keep(
    "notifications.conversationanswer",
    "by", "words",
    why=_("to answer mail that people write"), seen=PLANNERS, kept=_FOR_A_YEAR,
)  # fmt: skip
keep(
    "notifications.suppression",
    "address",
    why=_("to stop sending where mail keeps coming back"),
    seen=_("no page shows it; planners see that a message was not sent for it"),
)
keep(
    "notifications.pushsubscription", "user", "endpoint", "p256dh", "auth", "device", "session_mark",
    why=_("to tell a browser of yours that something is waiting, where you asked for it"),
    seen=SELF,
    kept=_("until you end it, are signed out there, or that browser is not there any more"),
)  # fmt: skip
plain("notifications.sendercheck", "domain", "found")
_WISHES = _("to send by mail what somebody wants there, at hours that they want")
keep("notifications.choice", "user", why=_WISHES, seen=SELF)
keep("notifications.kindchoice", "recipient_key", why=_WISHES, seen=SELF)
keep(
    "notifications.consententry",
    "recipient_key",
    why=_("to show when and how somebody agreed to messages or stopped them, as the law asks"),
    seen=_("no page shows it; it goes along with your data"),
)
plain("notifications.kindchoice", "kind")
plain("notifications.consententry", "kind", "what", "language")
