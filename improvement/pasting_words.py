"""Why nothing of a pasted table could be read, as a sentence for who pasted it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from improvement import pasting


def why_not(code: str) -> str:
    """Return why nothing of a table was read, and what to do."""
    return {
        pasting.EMPTY: _("Paste the table here: dates in one column, numbers beside them."),
        pasting.TOO_MUCH: _("This is more than a table of numbers: at most 2,000 rows are read. Paste a part of it."),
        pasting.NO_MEASURE: _(
            "No column is called like something that your team counts. Choose below what the numbers are, or write its name above the "
            "column."
        ),
        pasting.NO_DATES: _("No column has dates that can be read, such as 2026-11-02, 2 Nov 2026 or November 2026."),
    }[code]
