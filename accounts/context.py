"""What templates may ask about the reader: ``person``."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from accounts import consent, second_factor, sessions_policy, view_as
from accounts.models import User, ViewAs
from core.redirects import safe_path


class Person:
    """The reader's own settings. Asks for the session only where the browser has one: public pages stay cacheable."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def _reader(self) -> User | None:
        if settings.SESSION_COOKIE_NAME not in self._request.COOKIES and not getattr(
            getattr(self._request, "session", None), "accessed", False
        ):
            return None
        user = getattr(self._request, "user", None)
        return user if user and user.is_authenticated else None

    @property
    def signed_in(self) -> bool:
        return self._reader() is not None

    @property
    def larger_text(self) -> bool:
        reader = self._reader()
        return reader is not None and reader.larger_text

    @property
    def second_factor(self) -> second_factor.Asked | None:
        """What to tell a reader who should have a second factor, None for everybody else."""
        return second_factor.asked(self._request) if self.signed_in else None

    @property
    def view_as(self) -> ViewAs | None:
        """The visit that shows this page to a planner, None where everybody sees their own."""
        return view_as.visit_of(self._request) if self.signed_in else None

    @property
    def on_shared_computer(self) -> bool:
        return self.signed_in and sessions_policy.is_shared(self._request)

    @property
    def consent_question(self) -> tuple | None:
        """The question about evaluation where this is the moment to put it, else None."""
        reader = self._reader()
        return consent.WORDINGS[consent.NEWEST] if reader and consent.is_asked(reader) else None

    @property
    def way_back(self) -> str:
        """The page of ours that the address names as the next one, "" where it names none."""
        return safe_path(self._request.GET.get("next"))

    @property
    def html_class(self) -> str:
        """The class of <html>."""
        return "larger-text" if self.larger_text else ""


def person(request: HttpRequest) -> dict:
    """Return who reads the page, for every template."""
    return {"person": Person(request)}
