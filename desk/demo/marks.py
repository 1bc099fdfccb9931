"""How a row of the demo is known: its key begins with eight signs that no real key begins with.

Programmes, cohorts, organisations and people are the roots; everything else hangs on one of them. The mark travels with
the row into every copy of its key (the audit trail, the messages' scopes), needs no table, and does not depend on what
this version of the code calls its people. A random key begins so once in four thousand million times.
"""

from __future__ import annotations

import uuid

MARK = "de301de3"
FIRST = uuid.UUID(f"{MARK}-0000-0000-0000-000000000000")
LAST = uuid.UUID(f"{MARK}-ffff-ffff-ffff-ffffffffffff")
_NAMES = uuid.UUID("6d1f0f44-8f0e-5d5b-9c55-6f3a2f6f7a10")


def demo_id(*words: object) -> uuid.UUID:
    """Return the key of the demo row that ``words`` name, always the same one."""
    return uuid.UUID(hex=MARK + uuid.uuid5(_NAMES, "/".join(str(word) for word in words)).hex[8:])


def is_demo(pk: object) -> bool:
    """Return whether this key belongs to the demo."""
    return str(pk).startswith(MARK)


def marked(field: str = "pk") -> dict[str, object]:
    """Return the filter that keeps rows whose ``field`` (a UUID) carries the mark: ``filter(**marked("by"))``."""
    return {f"{field}__gte": FIRST, f"{field}__lte": LAST}


def marked_text(field: str) -> dict[str, str]:
    """Return the same for a column that holds the key as text."""
    return {f"{field}__startswith": MARK}
