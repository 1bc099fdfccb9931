"""Send a sheet back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.once import OncePerKey
from core.forms import GuardedForm
from core.refusals import Refused
from improvement.sheets.reading import MOST_BYTES


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
