"""Numbers to draw with: plain writing, round ticks, and places for labels that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

Number = int | float | Decimal


def clamp(value: float, low: float, high: float) -> float:
    """Return `value` kept between `low` and `high`; the middle of the two where there is no room."""
    return (low + high) / 2 if low > high else min(max(value, low), high)


def plain(value: Number) -> str:
    """Return a number without a language: no exponent, no trailing zeros ("12", "12.5")."""
    d = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{d:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def finite(value: Number | None) -> float | None:
    """Return the value as a float to draw with; None if it is missing or cannot be placed."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def share_below(top: float, value: float, low: float) -> float:
    """Return how far `value` lies from `top` (0) to `low` (1); all are divided by their size first, for a difference of floats may overflow."""
    size = max(abs(top), abs(low))
    return (top / size - value / size) / (top / size - low / size)


def nice_ticks(low: float, high: float, *, whole: bool = False) -> list[Decimal]:
    """Return 3 to 6 evenly spaced values, 1, 2 or 5 times a power of ten apart, zero among them.

    They cover `low` from below (which is 0 or less) and reach at most up to `high` (above 0). `whole`: steps of at
    least 1, for counts; then `high` should be at least 2. Returned as exact decimals, lowest first.
    """
    exponent = math.floor(math.log10(max(high - low, 1e-300))) - 1
    while True:
        for mantissa in (1, 2, 5):
            step = Decimal(mantissa).scaleb(exponent)
            if whole and step < 1:
                continue
            up, down = math.floor(Decimal(high) / step), math.ceil(-Decimal(low) / step)
            if up + down + 1 <= 6:
                return [Decimal(0) if k == 0 else k * step for k in range(-down, up + 1)]
        exponent += 1


def shares(days: Sequence[int], room: float, least: float) -> list[float]:
    """Return widths proportional to the days, none under `least` where there is room for that, adding up to `room`."""
    least = min(least, room / len(days))
    fixed: set[int] = set()
    while True:
        free = [i for i in range(len(days)) if i not in fixed]
        total = sum(days[i] for i in free)
        left = room - least * len(fixed)
        widths = [
            least if i in fixed else left * days[i] / total if total else left / len(free) for i in range(len(days))
        ]
        small = {i for i in free if widths[i] < least - 1e-9}
        if not small:
            return widths
        fixed |= small


def spread(wanted: Sequence[tuple[float, float]], low: float, high: float) -> list[float]:
    """Return centres for labels of (centre, height) that do not overlap, each as near to its wish as its turn allows.

    Blocks that touch are merged and centred on the mean of their wishes, as in pooling adjacent violators.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i][0])
    blocks: list[tuple[list[int], float, float]] = []  # members, top, height
    for i in order:
        centre, height = wanted[i]
        blocks.append(([i], clamp(centre - height / 2, low, high - height), height))
        while len(blocks) > 1 and blocks[-1][1] < blocks[-2][1] + blocks[-2][2]:
            lower, upper = blocks.pop(), blocks.pop()
            members, height = upper[0] + lower[0], upper[2] + lower[2]
            above, wish = 0.0, 0.0
            for m in members:
                wish += wanted[m][0] - wanted[m][1] / 2 - above
                above += wanted[m][1]
            blocks.append((members, clamp(wish / len(members), low, high - height), height))
    centres = [0.0] * len(wanted)
    for members, top, _ in blocks:
        for m in members:
            centres[m] = top + wanted[m][1] / 2
            top += wanted[m][1]
    return centres
