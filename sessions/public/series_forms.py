"""What a planner types about a series of webinars."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core.forms import FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from core.language import language
from core.time import day
from sessions.models import LearningSession, Series
from sessions.public.series import QUESTIONS, part_keys, questions_of


class _Words(GuardedForm):
    title_en = PlainText(label=_("Title, English"), max_length=160, validators=[plain_name])
    title_fr = PlainText(label=_("Title, French"), max_length=160, validators=[plain_name])
    intro_en = FreeText(label=_("What it is about, English"), rows=4, max_length=2000, required=False)
    intro_fr = FreeText(label=_("What it is about, French"), rows=4, max_length=2000, required=False)
    question_1_en = FreeText(label=_("First question, English"), rows=1, max_length=300, required=False)
    question_1_fr = FreeText(label=_("First question, French"), rows=1, max_length=300, required=False)
    question_2_en = FreeText(label=_("Second question, English"), rows=1, max_length=300, required=False)
    question_2_fr = FreeText(label=_("Second question, French"), rows=1, max_length=300, required=False)
    question_3_en = FreeText(label=_("Third question, English"), rows=1, max_length=300, required=False)
    question_3_fr = FreeText(label=_("Third question, French"), rows=1, max_length=300, required=False)
    parts = forms.MultipleChoiceField(
        label=_("Its webinars"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("In order of time. A webinar that is not here yet is added under Planning."),
    )
    is_public = forms.BooleanField(label=_("Anybody may read this page, without an account"), required=False)

    def __init__(self, *args: Any, webinars: list[LearningSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.title} ({day(one.day, language(), weekday=False, year=True)})") for one in webinars
        ]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody who opens the page")]

    def clean(self) -> dict[str, Any] | None:
        """Ask for the other language where one is written."""
        typed = super().clean() or self.cleaned_data
        for name in ("intro", *(f"question_{nth}" for nth in range(1, QUESTIONS + 1))):
            english, french = typed.get(f"{name}_en", ""), typed.get(f"{name}_fr", "")
            if bool(english) != bool(french):
                box = f"{name}_fr" if english else f"{name}_en"
                if box not in self.errors:
                    self.add_error(box, gettext("Write it in both languages, or in none."))
        return typed

    def words(self) -> dict[str, Any]:
        """Return what was typed as the verbs take it."""
        typed = self.cleaned_data
        pairs = [(typed[f"question_{nth}_en"], typed[f"question_{nth}_fr"]) for nth in range(1, QUESTIONS + 1)]
        names = ("title_en", "title_fr", "intro_en", "intro_fr", "is_public", "parts")
        return {name: typed[name] for name in names} | {"questions": [pair for pair in pairs if all(pair)]}


class NewSeriesForm(OncePerKey, _Words):
    """A series that is not there yet."""


class SeriesForm(VersionedForm, _Words):
    """A series as it stands."""

    @staticmethod
    def values_of(series: Series) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        names = ("title_en", "title_fr", "intro_en", "intro_fr", "is_public", "version")
        values = {name: getattr(series, name) for name in names} | {"parts": part_keys(series)}
        for nth, (english, french) in enumerate(questions_of(series), start=1):
            values |= {f"question_{nth}_en": english, f"question_{nth}_fr": french}
        return values

    def beside(self, theirs: Series) -> list[tuple[str, Any]]:
        """Return what stands now where other words were typed, as (label, value)."""
        now = self.values_of(theirs)
        names = [name for name in self.fields if name not in ("version", "parts", "is_public")]
        changed = [name for name in names if now.get(name, "") != self.cleaned_data[name]]
        return [(str(self.fields[name].label), now.get(name, "")) for name in changed]
