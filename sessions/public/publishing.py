"""What of a session may be shown to anybody."""

from __future__ import annotations

from collections.abc import Iterable

from sessions.models import Appearance, LearningSession


def may_be_shown(learning_session: LearningSession, appearances: Iterable[Appearance] | None = None) -> bool:
    """Return whether the recording may be shown outside: everybody who speaks or hosts has agreed, each to both.

    ``appearances`` are those of the session, where they were read already.
    """
    return not not_agreed(learning_session.appearances.all() if appearances is None else appearances)


def not_agreed(appearances: Iterable[Appearance]) -> list[Appearance]:
    """Return those who have not said themselves that they may be recorded and that it may be published.

    Whoever was never asked has not agreed.
    """
    return [one for one in appearances if not (one.recording_agreed_at and one.publication_agreed_at)]
