"""What templates may ask about the reader: ``person``."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


class Person:
    """The reader's own settings. Asks for the session only where the browser has one: public pages stay cacheable."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def signed_in(self) -> bool:
        if settings.SESSION_COOKIE_NAME not in self._request.COOKIES and not getattr(
            getattr(self._request, "session", None), "accessed", False
        ):
            return False
        user = getattr(self._request, "user", None)
        return bool(user and user.is_authenticated)

    @property
    def larger_text(self) -> bool:
        return self.signed_in and self._request.user.larger_text

    @property
    def plain_words(self) -> bool:
        return self.signed_in and self._request.user.plain_words

    @property
    def html_class(self) -> str:
        """The class of <html>."""
        return "larger-text" if self.larger_text else ""


def person(request: HttpRequest) -> dict:
    return {"person": Person(request)}
