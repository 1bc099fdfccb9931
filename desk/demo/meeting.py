"""Where the sessions of the demo meet."""

from __future__ import annotations

import os
import uuid
from urllib.parse import urlsplit

from django.conf import settings

from sessions.models import LearningSession


def meeting_url(learning_session: LearningSession) -> str:
    """Return where a session of the demo meets: a page of ours under another host name than the product's."""
    port = os.environ.get("PORT") or urlsplit(settings.SITE_URL).port or 8000
    return f"http://127.0.0.1:{port}/demo/meeting/?session={learning_session.pk}"


def session_of_meeting(typed: str) -> LearningSession | None:
    """Return the session that the address of a meeting names, None where it names none."""
    try:
        return LearningSession.objects.filter(pk=uuid.UUID(typed)).first()
    except ValueError:
        return None
