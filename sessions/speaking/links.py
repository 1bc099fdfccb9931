"""The link to the page of somebody who speaks. It is signed and stored nowhere; it signs nobody in."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from django.core import signing
from django.db.models import Prefetch
from django.utils import timezone

from sessions.models import Appearance, Slides

_SALT: Final = "sessions/speaker"
# So long after the session the page still opens: to take back a consent, to fetch one's slides.
OPENS_FOR: Final = dt.timedelta(days=60)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A genuine link, and whether it still opens the page."""

    appearance: Appearance
    opens: bool


def token_for(appearance: Appearance) -> str:
    """Return what stands in the address of this page until the next new link."""
    return signing.dumps([str(appearance.pk), appearance.link_generation], salt=_SALT, compress=True)


def find(token: str) -> Found | None:
    """Return what a genuine link leads to, None for anything else. Changes nothing."""
    try:
        key, generation = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    appearance = with_all().filter(pk=key).first()
    if appearance is None or not appearance.speaker.name:
        return None
    return Found(appearance, generation == appearance.link_generation and is_open(appearance, timezone.now()))


def is_open(appearance: Appearance, now: dt.datetime) -> bool:
    """Return whether the newest link of this page opens it at ``now``."""
    return appearance.link_ended_at is None and now < appearance.learning_session.ends_at + OPENS_FOR


def with_all():
    """Return appearances with all that their page shows; two statements, however many."""
    slides = Slides.objects.select_related("file").order_by("language", "-number")
    return Appearance.objects.select_related(
        "speaker", "item", "learning_session__cohort__programme__session_rules"
    ).prefetch_related(Prefetch("slides", queryset=slides))
