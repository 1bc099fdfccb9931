"""Where a person may be sent next: a path of this site, never an address that somebody else wrote into a link."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from core.addresses import path_in_language

# Browsers take a backslash for a slash and drop tabs and line ends, so that neither may stand in a path we follow.
_ODD = re.compile("[\\\\\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address, empty ones where it is none: headers hold whatever their sender likes."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def safe_path(url: str | None, default: str = "") -> str:
    """Return ``url`` if it is a path of this site ("/today/?week=3"), else ``default``."""
    if not url or not url.startswith("/") or len(url) > 2000:
        return default
    if url.startswith("//") or _ODD.search(url) or _ODD.search(unquote(parts_of(url).path)):
        return default
    if unquote(parts_of(url).path).startswith("//"):
        return default
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else default


def in_language(path: str, lang: str) -> str:
    """Return the same page of this site in another language, and in its ``next`` the page that it leads on to."""
    parts = _in_language(parts_of(path), lang)
    try:
        query = QueryDict(parts.query, mutable=True)
    except TooManyFieldsSent:
        return parts._replace(query="").geturl()
    if back := safe_path(query.get("next")):
        query["next"] = _in_language(parts_of(back), lang).geturl()
        return parts._replace(query=query.urlencode(safe="/")).geturl()
    return parts.geturl()


def _in_language(parts: SplitResult, lang: str) -> SplitResult:
    return parts._replace(path=path_in_language(parts.path, lang))


def page_of_the_button(request: HttpRequest) -> str:
    """Return the page on which a form or button was pressed: where the post came from, else where it went.

    Many buttons post to an address that shows no page, so that nobody can be led back to it.
    """
    came_from = parts_of(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and came_from.path:
        path = safe_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
        if path:
            return path
    return request.get_full_path()
