"""What planners type for whoever missed a session, about the rules of a programme, and to take a certificate back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import FreeText, GuardedForm, PastedRows, PlainText, VersionedForm
from core.refusals import Refused
from sessions.attendance import recaps
from sessions.models import CertificateFor, Recap, SessionRules


class _Recording(forms.URLField):
    """Where a recording is seen: https, nothing else."""

    default_validators = [URLValidator(["https"], message=_("This is no https address yet."))]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, required=False, assume_scheme="https", **kwargs)
        self.error_messages["invalid"] = _("This is no https address yet.")


class RecapForm(VersionedForm):
    """What a session said, in both languages."""

    text_en = FreeText(
        label=_("In short, English"),
        rows=10,
        max_length=8000,
        required=False,
        help_text=_("What is read in ten minutes. Needed before everybody can read it."),
    )
    text_fr = FreeText(label=_("In short, French"), rows=10, max_length=8000, required=False)
    now_en = FreeText(
        label=_("What to do now, English"),
        rows=3,
        max_length=1000,
        required=False,
        help_text=_("What a team does this week that was not there. Needed before everybody can read it."),
    )
    now_fr = FreeText(label=_("What to do now, French"), rows=3, max_length=1000, required=False)
    recording_en = _Recording(
        label=_("Recording, English"), help_text=_("One recording for both languages: the same address twice.")
    )
    recording_fr = _Recording(label=_("Recording, French"))
    chapters = PastedRows(
        label=_("Chapters of the recording"),
        rows=5,
        max_length=20_000,
        required=False,
        help_text=_("One a line: 12:30 | The bundle on one page | Les mesures en une page"),
    )
    transcript_en = FreeText(label=_("Transcript, English"), rows=6, max_length=200_000, required=False)
    transcript_fr = FreeText(label=_("Transcript, French"), rows=6, max_length=200_000, required=False)

    def __init__(self, *args: Any, publishing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.publishing = publishing
        for name in recaps.NEEDED:
            for lang in ("en", "fr"):
                self.fields[f"{name}_{lang}"].needed_later = True  # type: ignore[attr-defined]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort")]

    def clean(self) -> dict[str, Any] | None:
        """What everybody is to read is whole: all that is missing is said at once."""
        values = super().clean()
        if self.publishing:
            for name, sentence in recaps.missing_in(self.cleaned_data).items():
                if name not in self.errors:
                    self.add_error(name, sentence)
        return values

    def clean_chapters(self) -> str:
        typed = self.cleaned_data["chapters"]
        try:
            recaps.read_chapters(typed)
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from refused
        return typed

    @classmethod
    def values_of(cls, recap: Recap) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        names = cls.base_fields.keys() - {"chapters"}
        return {name: getattr(recap, name) for name in names} | {"chapters": recaps.typed(recaps.chapters_of(recap))}

    def beside(self, theirs: Recap) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = {name: getattr(theirs, name) for name in self.base_fields if name not in ("chapters", "version")}
        now["chapters"] = theirs.chapters_typed  # type: ignore[attr-defined]  # with whatever overtook
        return [
            (str(self.fields[name].label), value) for name, value in now.items() if value != self.cleaned_data[name]
        ]


class SessionRulesForm(VersionedForm):
    """How a programme counts who came, and for what it gives a certificate."""

    least_percent = forms.IntegerField(
        label=_("Share of a session, in percent"),
        min_value=0,
        max_value=100,
        help_text=_(
            "Whoever was there for less, by a report of the meeting, does not count as having been there. It is not asked of "
            "people who sat beside a colleague."
        ),
    )
    room_is_confirmed = forms.BooleanField(
        label=_("The lead confirms who sat in the room"), required=False, help_text=_("Until then they do not count.")
    )
    catching_up_counts = forms.BooleanField(
        label=_("Going through the recap counts"),
        required=False,
        help_text=_("For the certificate, as much as having been there. In the grid it stays apart."),
    )
    dial_in_is_told = forms.BooleanField(
        label=_("The telephone number may be told"),
        required=False,
        help_text=_(
            "It then stands in mails and calendars of the cohort and of those who speak; these are soon passed on. Whoever can "
            "join reads it on their page in any case."
        ),
    )
    certificate_for = forms.ChoiceField(
        label=_("A certificate is given for"),
        choices=CertificateFor.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Learning sessions, webinars and congresses that were held count; office hours and drop-in hours do not."
        ),
    )
    certificate_least = forms.DecimalField(
        label=_("At least so many"),
        min_value=0.5,
        max_value=200,
        max_digits=4,
        decimal_places=1,
        help_text=_("If it is raised, certificates that were given stay as they are."),
    )

    @classmethod
    def values_of(cls, rules: SessionRules) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        return {name: getattr(rules, name) for name in cls.base_fields}

    def beside(self, theirs: SessionRules) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        return [
            (str(field.label), _in_words(name, theirs))
            for name, field in self.fields.items()
            if name != "version" and getattr(theirs, name) != self.cleaned_data[name]
        ]


def _in_words(name: str, rules: SessionRules) -> str:
    value = getattr(rules, name)
    if name == "certificate_for":
        return str(rules.get_certificate_for_display())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


class RevokeForm(GuardedForm):
    """Why a certificate is taken back."""

    reason = FreeText(
        label=_("Why it is taken back"),
        rows=2,
        max_length=200,
        help_text=_("Kept with it. Whoever checks its code only reads that it was taken back."),
    )

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]


class CheckForm(forms.Form):
    """The code of a certificate, as somebody reads it off a paper."""

    code = PlainText(label=_("Code of the certificate"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = gettext("Write the code that stands on the certificate.")
