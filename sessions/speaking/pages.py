"""The page of each person at a session as the planning team sees it: sent, slides, what they ticked and agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sessions.models import Appearance, LearningSession, SessionKind
from sessions.public.publishing import not_agreed
from sessions.speaking.links import with_all
from sessions.speaking.own_page import ACCESS, newest_slides
from surveys.models import Round
from surveys.passing_on import to_choose_from


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody at a session, with their newest slides and how much of what lets everybody follow they have ticked."""

    appearance: Appearance
    slides: list[Any]
    ticked: int


@dataclass(frozen=True, slots=True)
class Pages:
    """Everybody's pages. ``missing``: for whose consent the recording waits; ``tries``: the round to pass sentences on from."""

    rows: list[Page]
    missing: list[str]
    tries: Round | None
    most: int = len(ACCESS)


def pages_of(learning_session: LearningSession) -> Pages:
    """Return the pages of a session in a constant number of statements."""
    everybody = list(with_all().filter(learning_session=learning_session))
    rows = [
        Page(one, list(newest_slides(one.slides.all()).values()), len(one.access))
        for one in everybody
        if one.speaker.name
    ]
    outside = learning_session.is_public or learning_session.kind == SessionKind.WEBINAR
    missing = [one.speaker.name or _("somebody who has left") for one in not_agreed(everybody)] if outside else []
    return Pages(rows, missing, to_choose_from(str(learning_session.pk)) if rows else None)
