"""What somebody who speaks sends in and says on their page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core import places
from core.forms import GuardedForm, PlainText, VersionedForm, plain_name
from core.language import language
from files.services import megabytes
from sessions.models import Appearance
from sessions.speaking.own_page import ACCESS


class SlidesForm(OncePerKey, GuardedForm):
    """A version of the slides, in one language."""

    prefix = "slides"
    language = forms.ChoiceField(label=_("Language of the slides"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Your slides"),
        max_length=500,
        widget=forms.FileInput(attrs={"accept": ".pdf,.pptx"}),
    )

    def __init__(self, *args: Any, appearance: Appearance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("en", _("English")), ("fr", _("French"))]  # type: ignore[attr-defined]
        self.fields["language"].initial = appearance.speaker.language
        self.fields["file"].error_messages["required"] = _("Choose a file, then send it.")
        self.fields["file"].help_text = _(
            "PDF or PowerPoint (PPTX), up to %(most)s MB. A new version does not delete the one before."
        ) % {"most": megabytes(settings.FILE_MAX_BYTES)}


class AccessForm(VersionedForm):
    """What was done so that everybody can follow."""

    prefix = "access"
    access = forms.MultipleChoiceField(
        label=_("So that everybody can follow"),
        required=False,
        choices=ACCESS,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, appearance: Appearance, **kwargs: Any) -> None:
        super().__init__(*args, initial={"access": appearance.access, "version": appearance.version}, **kwargs)
        self.mark_optional = False


class WhoForm(VersionedForm):
    """How a speaker is introduced, and on which clock they read."""

    prefix = "who"
    spoken_name = PlainText(
        label=_("Your name, as it is said"),
        max_length=120,
        required=False,
        validators=[plain_name],
        help_text=_("The way you want to be introduced. Write down how it sounds, if that helps."),
    )
    affiliation_en = PlainText(label=_("Where you belong, English"), max_length=160, required=False)
    affiliation_fr = PlainText(label=_("Where you belong, French"), max_length=160, required=False)
    city = forms.ChoiceField(label=_("Where you are that day"), required=False)

    def __init__(self, *args: Any, appearance: Appearance, **kwargs: Any) -> None:
        speaker = appearance.speaker
        names = ("spoken_name", "affiliation_en", "affiliation_fr", "city", "version")
        super().__init__(*args, initial={name: getattr(speaker, name) for name in names}, **kwargs)
        self.fields["city"].choices = [("", _("Choose a town")), *places.choices(language())]  # type: ignore[attr-defined]
