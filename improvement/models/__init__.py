"""Conversations about safety, changes that a team tries, and the numbers that show whether they helped."""

from improvement.models.conversations import (
    About,
    SafetyConversation,
    Via,
    WillChange,
    WithWhom,
)
from improvement.models.definitions import (
    ChartType,
    MeasureChange,
    MeasureDefinition,
    MeasureType,
    Sampling,
)
from improvement.models.events import ChartEvent
from improvement.models.measures import (
    OF_ALL,
    ChartRules,
    Frequency,
    Good,
    Measure,
    MeasureKind,
)
from improvement.models.phases import QUESTIONS, Began, MeasurePhase
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
    "OF_ALL",
    "QUESTIONS",
    "About",
    "Began",
    "ChartEvent",
    "ChartRules",
    "ChartType",
    "DataPoint",
    "DataPointCorrection",
    "Decision",
    "Frequency",
    "Good",
    "Matched",
    "Measure",
    "MeasureChange",
    "MeasureDefinition",
    "MeasureKind",
    "MeasurePhase",
    "MeasureType",
    "Method",
    "Missing",
    "Recorded",
    "Replaced",
    "ReturnedSheet",
    "SafetyConversation",
    "Sampling",
    "TriedChange",
    "TryState",
    "Via",
    "Way",
    "WillChange",
    "WithWhom",
]
