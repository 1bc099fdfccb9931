"""Unexpected errors in the log: where and of what kind, never what was typed."""

from __future__ import annotations

import logging
import sys
import traceback

from django.db import DatabaseError


def log_accident(log: logging.Logger, words: str, *parts: object, quotes: bool = False) -> None:
    """Log the error that is being handled now, with what was going on in ``words % parts``.

    The database quotes the row that it refuses: of its errors, and of those that follow from one, only the places are told.
    ``quotes``: the same of any error, where somebody's words are being read: "invalid literal for int: 'sick since Monday'".
    """
    kind, error, trace = sys.exc_info()
    log.error(words, *parts)
    if quotes or _quotes_a_row(error):
        log.error("%s\n%s", getattr(kind, "__name__", "-"), "".join(traceback.format_tb(trace)))
    else:
        log.error("it was", exc_info=True)


def _quotes_a_row(error: BaseException | None) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, DatabaseError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
