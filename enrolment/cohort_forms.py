"""What planners type about a cohort besides its dates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainText, plain_name
from enrolment.place_forms import PlaceForm


class CohortFactsForm(PlaceForm):
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
    contact_email = forms.EmailField(
        label=_("E-mail of the planning team"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("This is no e-mail address yet. It looks like name@hospital.ca.")},
        help_text=_("Answers to our mails go there. Left empty: the address of the programme."),
    )
