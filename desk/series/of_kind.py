"""One kind of message in words, for its page: the latest real one, else an example."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.utils import timezone

from collaborative.models import Cohort
from core.registry import Foreseen
from desk.outbox.every import samples
from desk.outbox.lists import Preview, messages_in
from desk.series.examples import samples_made_up
from desk.series.samples import made_up


@dataclasses.dataclass(frozen=True)
class OfKind:
    """How a kind reads in both languages; ``is_made_up``: as an example. Where nothing can be shown, ``why_not`` in a sentence."""

    samples: list[Preview]
    is_made_up: bool = False
    why_not: str = ""


def of_kind(cohort: Cohort, key: str, reader: Any) -> OfKind:
    """Return how messages of a kind read in this cohort, to ``reader`` where there is no real one. Nothing is written."""
    found = samples(messages_in(cohort).filter(kind=key))
    if found:
        return OfKind(found)
    one = Foreseen(key, timezone.now())
    found, why_not = samples_made_up(lambda lang: made_up(cohort, one, reader, lang), cohort, key)
    return OfKind(found, bool(found), why_not)
