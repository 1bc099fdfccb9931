"""A share or a rate worked out from its two parts, and how large a number may be. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# Numbers are kept with nine digits before the point and three after it.
MOST: Final = Decimal(10**9)


def share_of(part: Decimal, whole: Decimal, *, kind: str, per: int | None) -> Decimal:
    """Return so many of so many in percent, or where the kind is a rate for every ``per``, to three decimals as it is kept.

    ``whole`` is above 0. What is MOST or more is not rounded: it is for the caller to refuse.
    """
    times = (per or 1) if kind == "rate" else 100
    found = part * times / whole
    return found if found >= MOST else found.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
