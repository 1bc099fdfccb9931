"""What planners choose on the page of the whole series, and what they type above a kind of message."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaborative.models import KindNote
from collaborative.series import ROLES
from core import places
from core.forms import FreeText, GuardedForm, VersionedForm
from core.language import language
from desk.outbox.lists import Preview


class ChooseForm(GuardedForm):
    """As whom, where and in which language the series is looked at. It only leads to an address."""

    role = forms.ChoiceField(label=_("For whom"))
    speaks = forms.ChoiceField(label=_("In which language"), choices=[("en", _("English")), ("fr", _("French"))])
    city = forms.ChoiceField(label=_("On the clock of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, capfirst(str(role.label))) for role in ROLES]  # type: ignore[attr-defined]
        self.fields["city"].choices = places.choices(language())  # type: ignore[attr-defined]


class NoteForm(VersionedForm):
    """A paragraph above every message of a kind, in both languages."""

    text_en = FreeText(label=_("In English"), rows=3, max_length=400, required=False)
    text_fr = FreeText(
        label=_("In French"),
        rows=3,
        max_length=400,
        required=False,
        help_text=_("Both empty: nothing stands above them."),
    )
    in_both = ("text",)

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody who gets such a message, in every cohort of this series")]

    @classmethod
    def values_of(cls, standing: KindNote | None) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        if standing is None:
            return {"version": 0}
        return {"text_en": standing.text_en, "text_fr": standing.text_fr, "version": standing.version}

    def is_empty(self) -> bool:
        """Return whether nothing should stand there."""
        return not (self.cleaned_data["text_en"] or self.cleaned_data["text_fr"])

    def mark(self) -> str:
        """Return what confirms these words, and no others."""
        words = f"{self.cleaned_data['text_en']}\0{self.cleaned_data['text_fr']}"
        return hashlib.sha256(words.encode()).hexdigest()[:24]

    def beside(self, theirs: KindNote) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        names = [name for name in ("text_en", "text_fr") if getattr(theirs, name) != self.cleaned_data[name]]
        return [(str(self.fields[name].label), getattr(theirs, name)) for name in names]

    def beside_samples(self, samples: Sequence[Preview]) -> list[tuple[str, str, Preview | None]]:
        """Return for each language what was typed, with a sample of what stands below it, where there is one."""
        found = {one.lang: one for one in samples}
        return [(lang, self.cleaned_data[f"text_{lang}"], found.get(lang)) for lang in ("en", "fr")]
