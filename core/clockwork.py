"""After the law of clocks has changed, or the data that tell of it: what was typed stays, its moment follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from core import registry


def follow_the_clocks(say: Callable[[str], object]) -> int:
    """Let every room work its moments ahead out again; say each that moved, before and after in UTC. Returns how many."""
    changed = 0
    for room, followed in registry.moments_again.ask_all():
        if followed:
            say(f"{room}: {len(followed)} moments follow the new rules of their time zones")
        for one in followed:
            say(f"  {one.what}: {_utc(one.before)} → {_utc(one.after)} UTC")
        changed += len(followed)
    return changed


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
