"""What a tick does not look for it never does: a sweep that a test calls may only write what its look had found before.

Sweeps are passed over at a tick where their look (notifications.sweep.looks) finds nothing. Tests call them by their own
names, past the look; so each is held to it there. Those in the slot stay as they are: a tick has looked.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications import sweep

# The diary writes by statements that begin otherwise, and return what they wrote.
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT INTO|DELETE FROM|UPDATE \w+( \w+)? SET)\b)", re.DOTALL)


def hold_sweeps_to_their_looks() -> None:
    """Let every sweep that has a look, called by its name in its module, be held to it. Costs nothing where none is called."""
    for key in sweep.sweeps.keys():  # noqa: SIM118  (a Slot, not a dict)
        do, look = sweep.sweeps.get(key), sweep.looks.get(key)
        if do is not None and look is not None:
            setattr(sys.modules[do.__module__], do.__name__, held(key, do, look))


def held(key: str, do: Callable[..., Any], look: Callable[..., Any]) -> Callable[..., Any]:
    """Return the sweep, which must not write anything that its look had not found at the same moment."""

    @functools.wraps(do)
    def one(now=None, **kwargs):
        if connection.force_debug_cursor:  # statements are being counted
            return do(now, **kwargs)
        found = any(len(sweep._named(rows, key)) for rows in look(now or timezone.now()))
        if found:
            return do(now, **kwargs)
        written: list[str] = []
        with connection.execute_wrapper(functools.partial(_note, written)):
            result = do(now, **kwargs)
        assert not written, f"the look of {key} found nothing, and its sweep wrote: {written[0]}"
        return result

    return one


def _note(written: list[str], execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    if WRITES.match(str(sql)) and context["cursor"].rowcount > 0:
        written.append(str(sql))
    return result
