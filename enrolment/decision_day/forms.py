"""What planners type on decision day: points, reasons, criteria, letters, the minute of a release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core.forms import FreeText, GuardedForm, PlainText, VersionedForm
from enrolment.deciding import USUAL
from enrolment.letters import WORDS
from enrolment.models import Application, Criterion, DeclineReason, Letter, Outcome, Review

MOST_CRITERIA: Final = 6
_ONE_TO_TEN: Final = [(n, str(n)) for n in range(1, 11)]


class _ReadByPlanners:
    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

    def not_readers_of(self, field_name: str) -> list[str]:
        return [gettext("the team that applied")]


class DecideForm(_ReadByPlanners, VersionedForm):
    """An outcome with its reason. ``version`` is how often it was decided."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("open", _("not decided")),
            *[(one.value, one.label) for one in (Outcome.ACCEPT, Outcome.WAIT, Outcome.DECLINE)],
        ],
        widget=forms.RadioSelect,
    )
    decline_reason = forms.ChoiceField(
        label=_("What the letter says if it is declined"),
        choices=[("", _("the usual reason")), *DeclineReason.choices],
        required=False,
    )
    reason = FreeText(
        label=_("Why, for the planning team"),
        rows=1,
        max_length=300,
        required=False,
        help_text=_("Needed where they were told something else already, or the first session has been."),
    )

    @staticmethod
    def values_of(application: Application) -> dict[str, Any]:
        """Return what stands now."""
        return {
            "outcome": application.outcome or "open",
            "decline_reason": application.decline_reason,
            "reason": application.outcome_reason,
            "version": application.decided,
        }

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        words = {"decline_reason": self.cleaned_data["decline_reason"] or USUAL, "reason": self.cleaned_data["reason"]}
        outcome = self.cleaned_data["outcome"]
        seen = self.cleaned_data["version"]
        return {**words, "outcome": Outcome.OPEN.value if outcome == "open" else outcome, "seen": seen}

    def beside(self, theirs: Application) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs)
        words = {
            "outcome": theirs.get_outcome_display(),
            "decline_reason": theirs.get_decline_reason_display() if theirs.decline_reason else "",
            "reason": theirs.outcome_reason,
        }
        return [(str(self.fields[name].label), words[name]) for name in words if now[name] != self.cleaned_data[name]]


class ReviewForm(_ReadByPlanners, VersionedForm):
    """Points by criterion, a conflict of interest, a note."""

    conflict = forms.BooleanField(
        label=_("I know this team too well: my points do not count"),
        required=False,
    )
    note = FreeText(label=_("Note"), rows=2, max_length=600, required=False)

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        self.criteria = criteria
        super().__init__(*args, **kwargs)
        marks = {
            f"mark_{one.ordinal}": forms.ChoiceField(
                label=one.name,
                help_text=one.hint,
                required=False,
                choices=[("", _("no points yet")), *[(str(n), f"{n}/{one.most}") for n in range(one.most + 1)]],
            )
            for one in criteria
        }
        self.fields = {**marks, **self.fields}
        if isinstance(self.initial, dict):
            for name, field in marks.items():
                field.initial = self.initial.get(name, "")

    @staticmethod
    def values_of(review: Review | None, criteria: Sequence[Criterion]) -> dict[str, Any]:
        """Return what stands now."""
        if review is None:
            return {"version": 0}
        marks = {f"mark_{one.ordinal}": str(review.marks.get(str(one.pk), "")) for one in criteria}
        return {**marks, "conflict": review.conflict, "note": review.note, "version": review.version}

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        given = {one.ordinal: self.cleaned_data.get(f"mark_{one.ordinal}", "") for one in self.criteria}
        marks = {ordinal: int(points) for ordinal, points in given.items() if points != ""}
        return {"marks": marks, **{name: self.cleaned_data[name] for name in ("conflict", "note", "version")}}


class CriteriaForm(VersionedForm):
    """What a programme reads for, in both languages: as many rows as there are, and empty ones to add to."""

    _PARTS: Final = ("name_en", "name_fr", "hint_en", "hint_fr", "most", "weight")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {**self._rows(), **self.fields}

    @staticmethod
    def _rows() -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for n in range(1, MOST_CRITERIA + 1):
            found |= {
                f"name_en_{n}": PlainText(label=_("Name, English"), max_length=120, required=False),
                f"name_fr_{n}": PlainText(label=_("Name, French"), max_length=120, required=False),
                f"hint_en_{n}": PlainText(label=_("Hint, English"), max_length=300, required=False),
                f"hint_fr_{n}": PlainText(label=_("Hint, French"), max_length=300, required=False),
                f"most_{n}": forms.TypedChoiceField(
                    label=_("Points at most"),
                    choices=_ONE_TO_TEN,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=5,
                ),
                f"weight_{n}": forms.TypedChoiceField(
                    label=_("Weight"), choices=_ONE_TO_TEN, coerce=int, empty_value=None, required=False, initial=1
                ),
            }
        return found

    @property
    def rows(self) -> list[list[Any]]:
        """Return the fields row by row, for the page."""
        return [[self[f"{part}_{n}"] for part in self._PARTS] for n in range(1, MOST_CRITERIA + 1)]

    @classmethod
    def values_of(cls, criteria: Sequence[Criterion], version: int) -> dict[str, Any]:
        """Return what stands now."""
        found: dict[str, Any] = {"version": version}
        for n, one in enumerate(criteria[:MOST_CRITERIA], start=1):
            found |= {f"{part}_{n}": getattr(one, part) for part in cls._PARTS}
        return found

    def clean(self) -> dict[str, Any] | None:
        """A row with a hint has its name in both languages."""
        for n in range(1, MOST_CRITERIA + 1):
            words = {part: self.cleaned_data.get(f"{part}_{n}") for part in self._PARTS[:4]}
            if any(words.values()):
                for part in ("name_en", "name_fr"):
                    if not words[part] and f"{part}_{n}" not in self.errors:
                        self.add_error(f"{part}_{n}", _("Write its name in both languages."))
        return super().clean()

    def answers(self) -> dict[str, Any]:
        """Return what the service takes: the rows that have a name, in their order."""
        data = self.cleaned_data
        rows = [
            {part: data.get(f"{part}_{n}") or {"most": 5, "weight": 1}.get(part, "") for part in self._PARTS}
            for n in range(1, MOST_CRITERIA + 1)
            if data.get(f"name_en_{n}")
        ]
        return {"rows": rows, "version": data["version"]}


class LetterForm(VersionedForm):
    """The words of a letter in both languages."""

    subject_en = PlainText(label=_("Subject, English"), max_length=160)
    body_en = FreeText(label=_("Letter, English"), rows=12, max_length=4000)
    subject_fr = PlainText(label=_("Subject, French"), max_length=160)
    body_fr = FreeText(label=_("Letter, French"), rows=12, max_length=4000)

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody who gets this letter")]

    @staticmethod
    def values_of(letter: Letter) -> dict[str, Any]:
        """Return what stands now."""
        return {name: getattr(letter, name) for name in (*WORDS, "version")}

    def beside(self, theirs: Letter) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs)
        return [(str(self.fields[name].label), now[name]) for name in WORDS if now[name] != self.cleaned_data[name]]


class ReleaseForm(OncePerKey, VersionedForm):
    """When the letters leave. ``version`` says which letters were looked at."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Leaves at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sentence in (("day", _("Choose a day.")), ("clock", _("Choose an hour."))):
            self.fields[name].error_messages["required"] = sentence
            # Whoever presses "now" has no minute to say.
            self.fields[name].required = self.data.get("press") != "now"

    @property
    def minute(self) -> tuple[dt.date | None, dt.time | None]:
        """Return day and hour that were typed, none of them for "now"."""
        if self.data.get("press") == "now":
            return None, None
        return self.cleaned_data["day"], self.cleaned_data["clock"]


class OfferForm(_ReadByPlanners, GuardedForm):
    """Offer the place that became free."""

    reason = FreeText(
        label=_("Why, for the planning team"),
        rows=1,
        max_length=300,
        required=False,
        help_text=_("Needed once the first session has been."),
    )
