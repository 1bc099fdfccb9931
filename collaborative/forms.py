"""Forms of the pages that this room draws itself."""

from __future__ import annotations

from django import forms


class NothingForm(forms.Form):
    """A button alone: nothing is typed."""
