"""What an address of this site leads to."""

from __future__ import annotations

import functools
from urllib.parse import unquote

from django.urls import NoReverseMatch, Resolver404, ResolverMatch, URLResolver, get_resolver, get_urlconf, reverse
from django.utils.translation import get_language, override


def match_of(path: str) -> ResolverMatch | None:
    """Return what a path leads to in the language of now, None where it leads nowhere.

    Addresses are translated, so that each look goes through hundreds of them; the last answers are kept.
    """
    return _match(get_resolver(get_urlconf()), get_language(), path)


@functools.lru_cache(maxsize=500)
def _match(resolver: URLResolver, lang: str | None, path: str) -> ResolverMatch | None:
    try:
        return resolver.resolve(path)
    except Resolver404:
        return None


def path_in_language(path: str, lang: str) -> str:
    """Return the path of the same page in another language, the same path where it leads nowhere."""
    match = match_of(unquote(path))
    if match is None:
        return path
    with override(lang):
        try:
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return path
