"""News from Django and allauth."""

from __future__ import annotations

import time

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.sessions_policy import SINCE


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    """Note in the session when it began."""
    request.session[SINCE] = int(time.time())


@receiver(user_logged_out)
def end(sender, request, user, **kwargs) -> None:
    """Let the device forget who was here (accounts.sessions_policy)."""
    if request is not None:
        request.signed_out = True
