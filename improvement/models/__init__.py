"""Conversations about safety, changes that a team tries, and the numbers that show whether they helped."""

from improvement.models.conversations import (
    About,
    SafetyConversation,
    Via,
    WillChange,
    WithWhom,
)
from improvement.models.measures import (
    ChartRules,
    Frequency,
    Good,
    Measure,
    MeasureKind,
)
from improvement.models.points import (
    DataPoint,
    DataPointCorrection,
    Method,
    Missing,
    Recorded,
    Replaced,
    Way,
)
from improvement.models.tries import (
    Decision,
    Matched,
    TriedChange,
    TryState,
)
from improvement.sheets.model import ReturnedSheet

__all__ = [
    "About",
    "ChartRules",
    "DataPoint",
    "DataPointCorrection",
    "Decision",
    "Frequency",
    "Good",
    "Matched",
    "Measure",
    "MeasureKind",
    "Method",
    "Missing",
    "Recorded",
    "Replaced",
    "ReturnedSheet",
    "SafetyConversation",
    "TriedChange",
    "TryState",
    "Via",
    "Way",
    "WillChange",
    "WithWhom",
]
