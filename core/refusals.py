"""How a rule says no to a person."""

from __future__ import annotations


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
