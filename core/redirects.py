"""Where a person may be sent next: a path of this site, never an address that somebody else wrote into a link."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

# Browsers take a backslash for a slash and drop tabs and line ends, so that neither may stand in a path we follow.
_ODD = re.compile("[\\\\\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")


def safe_path(url: str | None, default: str = "") -> str:
    """Return ``url`` if it is a path of this site ("/today/?week=3"), else ``default``."""
    if not url or not url.startswith("/") or len(url) > 2000:
        return default
    if url.startswith("//") or _ODD.search(url) or _ODD.search(unquote(urlsplit(url).path)):
        return default
    if unquote(urlsplit(url).path).startswith("//"):
        return default
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else default
