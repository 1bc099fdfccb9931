"""What a planner filters the applications by, as the address says it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from collaborative.models import Province, Sector
from enrolment.models import Outcome

OUTCOMES = {"open": Outcome.OPEN.value, "accept": "accept", "wait": "wait", "decline": "decline"}


@dataclasses.dataclass(frozen=True)
class Filter:
    """What the address says about the list; anything else in it is left aside."""

    state: str = ""
    outcome: str = ""
    province: str = ""
    sector: str = ""
    language: str = ""
    partner: str = ""
    unscored: bool = False
    columns: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filter:
        """Return the filter of a query string."""

        def one_of(name: str, allowed: Iterable[str]) -> str:
            return query.get(name, "") if query.get(name, "") in allowed else ""

        return cls(
            state=one_of("state", ("withdrawn",)),
            outcome=one_of("outcome", OUTCOMES),
            province=one_of("province", Province.values),
            sector=one_of("sector", Sector.values),
            language=one_of("language", ("en", "fr")),
            partner=one_of("partner", ("named", "looking")),
            unscored=query.get("unscored", "") == "1",
            columns=query.get("view", "") == "columns",
        )

    @property
    def narrows(self) -> bool:
        """Return whether it leaves any application out."""
        return any((self.state, self.outcome, self.province, self.sector, self.language, self.partner, self.unscored))

    def query(self, **changed: Any) -> str:
        """Return it as a query string, with some of it changed."""
        one = dataclasses.replace(self, **changed)
        told = {
            "state": one.state, "outcome": one.outcome, "province": one.province, "sector": one.sector,
            "language": one.language, "partner": one.partner, "unscored": "1" if one.unscored else "",
            "view": "columns" if one.columns else "",
        }  # fmt: skip
        return urlencode({name: value for name, value in told.items() if value})


def choices_of(wanted: Filter) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return the fields of the filter: name, label, and their choices as (value, label, chosen)."""
    outcomes = [(key, str(Outcome(value).label)) for key, value in OUTCOMES.items()]
    fields: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("outcome", _("Outcome"), outcomes),
        ("province", _("Province"), [(one.value, str(one.label)) for one in Province]),
        ("sector", _("Setting"), [(one.value, str(one.label)) for one in Sector]),
        ("language", _("Language"), [("en", _("English")), ("fr", _("French"))]),
        ("partner", _("Partner"), [("named", _("named")), ("looking", _("looked for"))]),
        ("state", _("State"), [("withdrawn", _("withdrawn"))]),
    ]
    return [
        (name, label, [("", _("all"), not getattr(wanted, name))]
         + [(value, words, getattr(wanted, name) == value) for value, words in choices])
        for name, label, choices in fields
    ]  # fmt: skip
