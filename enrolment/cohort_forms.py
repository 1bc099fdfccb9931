"""What planners type about a cohort besides its dates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from collaborative.models import Colour
from core.forms import EmailText, PlainText, plain_name
from core.words import Words, choices, speaking
from enrolment.place_forms import CorrectingForm


class CohortFactsForm(CorrectingForm):
    """What is said of a cohort besides its dates."""

    name_en = PlainText(label=_("Name in English"), max_length=120, validators=[plain_name])
    name_fr = PlainText(label=_("Name in French"), max_length=120, validators=[plain_name])
    seats = forms.IntegerField(
        label=_("Places for teams"), min_value=1, max_value=500, help_text=_("Never fewer than are taken.")
    )
    campaign_en = PlainText(
        label=_("Campaign or theme in English"),
        max_length=120,
        required=False,
        validators=[plain_name],
        help_text=_("For example an awareness week that this cohort belongs to."),
    )
    campaign_fr = PlainText(
        label=_("Campaign or theme in French"), max_length=120, required=False, validators=[plain_name]
    )
    contact_email = EmailText(
        label=_("E-mail of the planning team"),
        required=False,
        help_text=_("Answers to our mails go there. Left empty: the address of the programme."),
    )


class WordsForm(CorrectingForm):
    """Which set of words a programme speaks: beside each a sentence, in both languages."""

    word_team = forms.ChoiceField(
        label=_("A team is called"),
        choices=lambda: _with_sample("team", _("Is the team complete?")),
        widget=forms.RadioSelect,
        help_text=_("Every page and every mail of the programme follows. What somebody typed stays as it is."),
    )
    word_person = forms.ChoiceField(
        label=_("A person in care is called"),
        choices=lambda: _with_sample("person", _("A patient, resident or care partner is in the team.")),
        widget=forms.RadioSelect,
        help_text=_("A unit that says otherwise on its own page keeps its word there."),
    )
    colour = forms.ChoiceField(
        label=_("Colour behind the first public page"), choices=Colour.choices, widget=forms.RadioSelect, required=False
    )


def _with_sample(kind: str, sentence: Any) -> list[tuple[str, str]]:
    """Return the sets of a kind, each with its word and the same sentence in English and in French."""
    return [(key, f"{word} · {' · '.join(_said(kind, key, sentence))}") for key, word in choices(kind)]


def _said(kind: str, key: str, sentence: Any) -> list[str]:
    told = []
    with speaking(Words(**{kind: key})):
        for lang in ("en", "fr"):
            with override(lang):
                told.append(str(sentence))
    return told
