"""Other addresses than those of the installation, for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.urls import set_urlconf


@contextmanager
def answered_by(module: str) -> Iterator[None]:
    """Let requests be answered by the addresses of this module for a while.

    Each set of addresses is read once in a process. The mark ``urls`` and an overridden setting forget all that was read, so
    that each test would read all addresses in all languages anew: a fifth of a second.
    """
    before = settings.ROOT_URLCONF
    settings.ROOT_URLCONF = module
    set_urlconf(None)
    try:
        yield
    finally:
        settings.ROOT_URLCONF = before
        set_urlconf(None)
