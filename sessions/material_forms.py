"""What planners type about a material of a session."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core.forms import GuardedForm, PlainText, VersionedForm, plain_name
from files.services import megabytes
from sessions.models import Material, MaterialKind

_ENDINGS = ".pdf,.pptx,.docx,.xlsx,.png,.jpg,.jpeg"


class Link(forms.URLField):
    """The address of a page elsewhere: http or https, nothing else."""

    default_validators = [URLValidator(schemes=["https", "http"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, required=False, assume_scheme="https", **kwargs)


def _file(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        max_length=500,
        widget=forms.FileInput(attrs={"accept": _ENDINGS}),
    )


class _Fields(GuardedForm):
    kind = forms.ChoiceField(label=_("What it is"), widget=forms.RadioSelect, initial=MaterialKind.SHEET)
    title_en = PlainText(label=_("Title, English"), max_length=160, validators=[plain_name])
    title_fr = PlainText(label=_("Title, French"), max_length=160, validators=[plain_name])
    file_en = _file(_("File, English"))
    url_en = Link(label=_("Or a link, English"))
    file_fr = _file(_("File, French"))
    url_fr = Link(label=_("Or a link, French"))
    only_in = forms.ChoiceField(
        label=_("Languages"),
        required=False,
        help_text=_("Marked for everybody where there is only one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, capfirst(kind.label)) for kind in MaterialKind]  # type: ignore[attr-defined]
        self.fields["only_in"].choices = [  # type: ignore[attr-defined]
            ("", _("English and French, together")),
            ("en", _("English only")),
            ("fr", _("French only")),
        ]
        for lang in ("en", "fr"):
            self.fields[f"file_{lang}"].help_text = _(
                "PDF, PowerPoint, Word, Excel or a picture, up to %(most)s MB."
            ) % {"most": megabytes(settings.FILE_MAX_BYTES)}


class NewMaterialForm(OncePerKey, _Fields):
    """A new material; in each language a file, a link, or nothing yet."""


class MaterialForm(VersionedForm, _Fields):
    """A material that is there: a file that is chosen takes the place of the one that stands."""

    def __init__(self, *args: Any, material: Material, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.values_of(material), **kwargs)
        for lang in ("en", "fr"):
            if stored := getattr(material, f"file_{lang}"):
                self.fields[f"file_{lang}"].help_text = _("There is %(name)s. Choose another only to replace it.") % {
                    "name": stored.name
                }

    @classmethod
    def values_of(cls, material: Material) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        names = ("kind", "title_en", "title_fr", "url_en", "url_fr", "only_in", "version")
        return {name: getattr(material, name) for name in names}

    def beside(self, theirs: Material) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs)
        return [
            (str(self.fields[name].label), now[name])
            for name in ("title_en", "title_fr", "url_en", "url_fr")
            if now[name] != self.cleaned_data.get(name)
        ]
