"""Charts for tests: run charts from bare values, and the vectors that `simple_charts` worked out."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from improvement.run_chart import Phase, Point, RunChart, run_chart

VECTORS = json.loads((Path(__file__).parent / "chart_vectors.json").read_text())


def vectors(kind):
    """Return the vectors of a kind, to parametrize a test with."""
    found = [pytest.param(one, id=one["name"]) for one in VECTORS if one["kind"] == kind]
    assert found
    return found


def numbers(texts):
    """Return typed numbers as decimals; None stays None."""
    return [None if one is None else Decimal(one) for one in texts]


def charted(values, notes=None, *, baseline=None, label="w{}", **options) -> RunChart:
    """Return the run chart of ``values`` (None: missing), with ``notes`` {place: words}."""
    notes = notes or {}
    if baseline is not None:
        recorded = [i for i, value in enumerate(values) if value is not None]
        options["phases"] = [Phase(until=recorded[baseline - 1] if baseline <= len(recorded) else None)]
    return run_chart([Point(label.format(i), v, notes.get(i, "")) for i, v in enumerate(values)], **options)
