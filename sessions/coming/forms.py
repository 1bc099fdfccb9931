"""What a planner types about who comes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.forms import GuardedForm
from sessions.models import Coming


class AnswerForm(GuardedForm):
    """An answer that reached the planning team by telephone or in the corridor."""

    person = forms.ChoiceField(label=_("Person"))
    coming = forms.ChoiceField(label=_("What they said"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Choose a person")), *people]  # type: ignore[attr-defined]
        self.fields["coming"].choices = [(one.value, capfirst(one.label)) for one in Coming]  # type: ignore[attr-defined]
        self.fields["person"].error_messages["required"] = _("Choose a person.")
        self.fields["coming"].error_messages["required"] = _("Choose one of the three answers.")
