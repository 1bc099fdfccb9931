"""Send a sheet back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.once import OncePerKey
from core.forms import GuardedForm
from core.refusals import Refused
from improvement import pasting, pasting_words
from improvement.forms import TeamForm
from improvement.models import Measure
from improvement.pasting import MOST_SIGNS
from improvement.sheets.reading import MOST_BYTES


class PasteForm(OncePerKey, TeamForm):
    """A table from a spreadsheet, pasted or as a file. You see what was read before anything is saved."""

    mark_optional = False

    # No free text: of what stands in it figures alone are read, and nothing of it is kept.
    table = forms.CharField(
        label=gettext_lazy("The table"),
        required=False,
        max_length=MOST_SIGNS,
        widget=forms.Textarea(attrs={"rows": 8, "class": "figures", "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label=gettext_lazy("Or a file (.csv)"), required=False)
    measure = forms.ModelChoiceField(
        empty_label=gettext_lazy("Choose"),
        label=gettext_lazy("If it has no headings: what are these numbers?"),
        queryset=Measure.objects.none(),
        required=False,
    )

    field_order = ["table", "file", "measure"]

    def __init__(self, *args: Any, measures: QuerySet[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["measure"]
        choice.queryset = measures

    def text(self) -> str:
        """Return the table. Raises Refused where there is none, or a file that is larger than any table of ours."""
        sent = self.cleaned_data["file"]
        if sent is not None:
            if sent.size > MOST_SIGNS:
                raise Refused(pasting_words.why_not(pasting.TOO_MUCH), field="file")
            return pasting.decoded(sent.read())
        if not self.cleaned_data["table"].strip():
            raise Refused(pasting_words.why_not(pasting.EMPTY), field="table")
        return self.cleaned_data["table"]


class SheetForm(OncePerKey, GuardedForm):
    """Our sheet, filled in. You see what was read before anything is saved."""

    file = forms.FileField(
        label=gettext_lazy("The sheet, filled in"),
        help_text=gettext_lazy("The file that you downloaded here or that came with a mail (.xlsx)."),
    )

    def required_message(self, field: forms.Field):
        return _("Choose the file.")

    def content(self) -> bytes:
        """Return the file that was sent. Raises Refused where it is larger than any sheet of ours."""
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            raise Refused(_("This file is much larger than a sheet of ours. Download the sheet anew, and fill in that one."), field="file")  # fmt: skip
        return sent.read()
