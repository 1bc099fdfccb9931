"""A person, or several, pasted into the boxes for one: `Nia Roy <nia@x.ca>`, as mail programs copy them.

One person is parted into name and address. Several are for whoever can take several (``several``); elsewhere the box says that
one fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enrolment import pasted
from enrolment.pasted import Pasted

if TYPE_CHECKING:
    _Form = forms.BaseForm
else:
    _Form = object

# So long a line is read in a box for one person.
_MOST = 20_000


class FromOutlook(_Form):
    """Put before the form's class: a form with the fields ``name`` and, mostly, ``email``. ``takes_several``: more than one fit."""

    takes_several = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.several: list[Pasted] = []
        for name in ("name", "email"):
            if name in self.fields:
                # A browser must not cut short what is pasted; the fields say themselves what is too long.
                self.fields[name].widget.attrs.pop("maxlength", None)
        if self.is_bound:
            self._part()

    def _part(self) -> None:
        """Put the name and the address of one person each into its box; remember several."""
        box = next((name for name in ("email", "name") if name in self.fields and "@" in self._typed(name)), "")
        text = self._typed(box) if box else ""
        if not text or len(text) > _MOST:
            return
        found = pasted.read(text)
        if len(found) > 1:
            self.several = found
        elif found and found[0].email and not found[0].trouble and found[0].name:
            self._put("name", found[0].name if box == "name" or not self._typed("name") else self._typed("name"))
            self._put("email", found[0].email if box == "email" or not self._typed("email") else self._typed("email"))

    def _typed(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).strip()

    def _put(self, name: str, value: str) -> None:
        if name in self.fields:
            data = cast("Any", self.data).copy()
            data[self.add_prefix(name)] = value
            self.data = data

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.several:
            return answers
        for name in ("name", "email"):
            self.errors.pop(name, None)
        box = "email" if "email" in self.fields else "name"
        if not self.takes_several:
            many = len(self.several)
            text = ngettext("Here is %(n)d person: one fits.", "Here are %(n)d people: one fits.", many)
            self.add_error(box, text % {"n": many})
        for one in self.several if self.takes_several else ():
            if one.trouble:
                self.add_error(
                    box, _("Number %(number)d: %(trouble)s") % {"number": one.number, "trouble": one.trouble}
                )
        return answers
