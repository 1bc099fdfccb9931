"""How a rule says no to a person."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Refused(Exception):
    """A rule refuses what was asked. Carries one sentence for the person (translated), and the field it is about.

    Services raise it; views put it beside the field, or on top of the form when ``field`` is empty.
    """

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def put_on(self, form) -> None:
        """Show this refusal on ``form``: beside its field where the form has that field, else on top."""
        form.add_error(self.field if self.field in form.fields else None, self.sentence)


class Overtaken(Refused):
    """Somebody else saved first. Carries what stands now, so that nothing typed is lost and both can be read."""

    def __init__(self, theirs) -> None:
        super().__init__(_("Somebody saved this while you were writing. Both texts are here: nothing is lost."))
        self.theirs = theirs
