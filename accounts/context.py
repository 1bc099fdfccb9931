"""What templates may ask about the reader: ``person``."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from accounts import second_factor
from accounts.models import User
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
    def way_back(self) -> str:
        """The page of ours that the address names as the next one, "" where it names none."""
        return safe_path(self._request.GET.get("next"))

    @property
    def html_class(self) -> str:
        """The class of <html>."""
        return "larger-text" if self.larger_text else ""


def person(request: HttpRequest) -> dict:
    return {"person": Person(request)}
