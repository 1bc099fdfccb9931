"""May I do this? The names that templates may ask for; the room that knows the rules fills them in its ``apps.py``.

``core`` stands below ``collaborative`` and may not import it, so ``{% allowed "plans" cohort as ok %}`` looks the
predicate up here:

    from core import permits
    permits.offer_all(permissions, "plans", "plans_any", "coaches", "belongs", "leads")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

Predicate = Callable[..., bool]
_predicates: dict[str, Predicate] = {}


def offer(name: str, predicate: Predicate) -> None:
    """Let templates ask for ``predicate(user, *scope)`` by ``name``. A second registration replaces the first."""
    _predicates[name] = predicate


def offer_all(module: Any, *names: str) -> None:
    """Offer several functions of one module under their own names."""
    for name in names:
        offer(name, getattr(module, name))


def allowed(name: str, user: Any, *scope: Any) -> bool:
    """Answer ``name`` for ``user`` in ``scope``. A missing scope ("" or None) is a no; an unknown name is our mistake."""
    if name not in _predicates:
        raise ImproperlyConfigured(f"Nobody offered the permission {name!r}: see core.permits.")
    if any(one is None or one == "" for one in scope):
        return False
    return bool(_predicates[name](user, *scope))
