"""What planners type in the shared inbox."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.once import OncePerKey
from core.forms import FreeText, GuardedForm, GuardedText, PlainText, VersionedForm
from notifications.inbound.conversations import LONGEST


class FindForm(GuardedForm):
    """What is looked for."""

    word = PlainText(
        label=gettext_lazy("Find a mail"),
        max_length=120,
        help_text=gettext_lazy("A word of it, or a name or an address, or a part of one."),
    )


class GiveForm(GuardedForm):
    """To whom of the planning team a conversation is given; ``seen``: who saw to it when that was chosen."""

    to = forms.ChoiceField(label=gettext_lazy("Give it to"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, people: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Choose somebody")), *people.items()]  # type: ignore[attr-defined]


class AnswerForm(OncePerKey, VersionedForm):
    """What somebody of the planning team answers."""

    words = FreeText(label=gettext_lazy("Your answer"), rows=8, max_length=LONGEST)

    def __init__(self, *args: Any, readers: list[str], reads: str, name: str, **kwargs: Any) -> None:
        self._readers, self._reads, self._name = readers, reads, name
        self.lang = reads
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["lang"] = reads
        self.fields["words"].help_text = self._where_it_goes()

    def _where_it_goes(self) -> str:
        sentences: dict[str, str] = {
            "en": _("%(name)s reads English: answer in English."),
            "fr": _("%(name)s reads French: answer in French."),
        }
        language = sentences[self._reads if self._reads in sentences else "en"] % {"name": self._name}
        minutes = max(1, round(settings.UNDO_SECONDS / 60))
        leaves = ngettext(
            "It leaves by mail, with your name, in %(minutes)d minute; until then you can take it back.",
            "It leaves by mail, with your name, in %(minutes)d minutes; until then you can take it back.",
            minutes,
        )
        return f"{language} {leaves % {'minutes': minutes}}"

    def readers_of(self, field_name: str) -> list[str]:
        return self._readers

    def layout(self) -> Layout:
        return Layout(GuardedText("words", plain_label=True), "once", "version")
