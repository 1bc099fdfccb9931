"""An address that a planner types: any meeting service whose host this installation allows."""

from __future__ import annotations

import urllib.parse

from django.conf import settings
from django.utils.translation import gettext as _

from core.refusals import Refused
from sessions.meetings.base import Made, Wish


def is_allowed(url: str) -> bool:
    """Return whether Join may lead there: https to a host of MEETING_HOSTS (or the meeting page of a demo)."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if "\\" in url or not url.isprintable() or " " in url:
        return False  # a browser takes another host out of such an address than we do
    known = any(host == name or host.endswith(f".{name}") for name in settings.MEETING_HOSTS)
    local = settings.DEMO and host in {"127.0.0.1", "localhost"}
    return ((known and parts.scheme == "https") or (local and parts.scheme in {"http", "https"})) and not parts.username


class Plain:
    """Keeps what was typed. Nobody outside is asked, so nothing can be late or away."""

    key = "plain"
    is_outside = False

    def is_set_up(self) -> bool:
        """Return True: there is nothing to set up."""
        return True

    def make(self, wish: Wish, *, may_exist: bool = False) -> Made:
        """Return the address that was typed. Refuses a host that this installation does not allow."""
        if not is_allowed(wish.url):
            raise Refused(
                _("This address does not belong to a meeting service that is allowed here: %(hosts)s.")
                % {"hosts": ", ".join(settings.MEETING_HOSTS)},
                field="url",
            )
        return Made("", wish.url)

    def change(self, outside_id: str, wish: Wish) -> None:
        """Do nothing: the address stays the same whenever the session is."""

    def cancel(self, outside_id: str) -> None:
        """Do nothing: whoever made the meeting takes it away."""

    def find(self, key: str) -> list[Made]:
        """Return nothing: what was typed carries no key of ours."""
        return []

    def health(self) -> None:
        """Do nothing: it is always well."""
