"""The messages that this room sends in its own name: a word to a browser, and a test mail to oneself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications import kinds, push
from notifications.kinds import Importance

TEST: str = "notifications/test-mail"


kinds.register(
    kinds.Kind(
        key=push.WAITING,
        template="notifications/emails/waiting",
        audience=_("You get this because you asked to be told on this device."),
        when=_(
            "When something was told to a person who wants to be told on a device too; once in ten minutes at most."
        ),
        stops=_("The person has read everything by then, or does not want to be told on this device any more."),
        context=kinds.nothing_more,
        sources=push.to_tell,
        at_most_once=True,
        also_when_closed=True,
        importance=Importance.MUST,
        listed=False,
        name=_("Word to a device that something is waiting"),
    )
)
kinds.register(
    kinds.Kind(
        key=TEST,
        template="notifications/emails/test_mail",
        audience=_("You get this because you asked for a test mail."),
        when=_("At once, when somebody of the planning team asks for a test mail to themselves."),
        stops=_("An hour has passed."),
        context=kinds.nothing_more,
        priority=kinds.SOON,
        also_when_closed=True,
        importance=Importance.MUST,
        keeps_hour=True,
        listed=False,
        name=_("Test mail to oneself"),
    )
)
