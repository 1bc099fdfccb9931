"""Forms of the pages that this room draws itself."""

from __future__ import annotations

from django import forms


class BackForm(forms.Form):
    """A button alone, nothing is typed: it does something, or takes that back."""

    back = forms.BooleanField(required=False)
