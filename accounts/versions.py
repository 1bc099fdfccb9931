"""Two people at one form: the second one to save is told, sees both texts, and decides; nothing is written over.

    form = AimForm(request.POST or None, instance=team)        # class AimForm(Versioned, GuardedModelForm)
    if form.is_valid(): services.set_aim(team=team, version=form.cleaned_data["version"], ...)
    ... render(..., status=form.status)                         # 409 after a conflict

In the service ``take_version(team, version)`` comes first in the transaction: exactly one row changed means it is ours.
The model has a ``version`` integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from core import filled
from core.refusals import Refused

if TYPE_CHECKING:
    _Form = forms.BaseForm
else:
    _Form = object


class SomebodyChangedIt(Refused):
    """The row is not the one that the form was made from."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence or _("Somebody saved this a moment before you. Both texts are below: which one is right?")
        )


def take_version(row: models.Model, version: int | None) -> None:
    """Make the next version of ``row`` ours, or raise SomebodyChangedIt. Call first, inside the service's transaction."""
    taken = type(row)._base_manager.filter(pk=row.pk, version=version).update(version=F("version") + 1)
    if taken != 1:
        raise SomebodyChangedIt()
    row.version = version + 1  # type: ignore[attr-defined,operator]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field in which the saved text and the typed one differ."""

    name: str
    label: str
    theirs: str
    yours: str


class Versioned(_Form):
    """An edit form that knows from which version of its row it was made. Put before the form's class.

    ``current`` (or a ModelForm's ``instance``) is the row as it is now. After a conflict ``conflicts`` lists both texts, the
    boxes keep what was typed, and the form carries the new version: pressing the button again saves the typed one.
    """

    def __init__(self, *args: Any, current: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current if current is not None else getattr(self, "instance", None)
        now = getattr(self.current, "version", None)
        self.fields["version"] = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=now)
        self.saved = {
            name: self.get_initial_for_field(field, name) for name, field in self.fields.items() if name != "version"
        }
        self.conflicts: list[Conflict] = []
        filled.fill(self)

    @property
    def status(self) -> int:
        """Return the status of the page that shows this form."""
        return 409 if self.conflicts else 200

    def clean(self) -> Any:
        cleaned = super().clean()
        posted, now = self.cleaned_data.get("version"), getattr(self.current, "version", None)
        if now is not None and posted != now:
            self.clash(now)
        return cleaned

    def clash(self, now: int) -> None:
        """Say that somebody was faster, and show both texts. Views call it too, with what SomebodyChangedIt left behind."""
        for name, saved in self.saved.items():
            field = self.fields[name]
            if name == "once" or not field.has_changed(saved, self[name].data):
                continue
            self.conflicts.append(
                Conflict(name, str(field.label or name), _written(field, saved), _written(field, self[name].data))
            )
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix("version")] = str(now)  # type: ignore[index]
        self.add_error(None, SomebodyChangedIt().sentence)


def _written(field: forms.Field, value: Any) -> str:
    """Return a value as its field shows it: the label of a choice, the words of a text."""
    value = field.prepare_value(value)
    choices = dict(getattr(field, "choices", None) or ())
    return str(choices.get(value, "" if value is None else value))
