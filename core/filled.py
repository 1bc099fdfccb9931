"""Bring back into a form what a person had typed before: a draft, or a form that met an expired session.

``accounts.drafts`` and ``accounts.parked`` know what was typed; forms ask here, at the end of their ``__init__``, so that no
view has to know. What is brought back is shown, never sent: the person presses the button again.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django import forms
from django.http import QueryDict

# Sent by the form for itself, not typed by anybody.
_OWN = frozenset({"csrfmiddlewaretoken", "once", "draft_key", "draft_back", "guard_seen"})
# What nobody but its owner may hold.
_SECRET = re.compile(r"pass(word|phrase)|(^|[-_])(pin|otp|code|token|secret)\d?$", re.IGNORECASE)


def may_be_kept(name: str) -> bool:
    """May what stands in the field ``name`` be kept at all? By its name: no keys of the form, no passwords, PINs, codes."""
    return name not in _OWN and not _SECRET.search(name)


class _Waiting:
    """Typed text that waits for its form; only the first form that fits takes it."""

    def __init__(self, data: QueryDict, typed_at: datetime.datetime) -> None:
        self.data = data
        self.typed_at = typed_at
        self.taken_by: forms.BaseForm | None = None

    @property
    def shown(self) -> bool:
        """Has a form taken them that has something to read in it, more than keys of its own?"""
        return self.taken_by is not None and bool(self.taken_by.visible_fields())


_waiting: ContextVar[_Waiting | None] = ContextVar("filled_waiting", default=None)


@contextmanager
def waiting(data: QueryDict, typed_at: datetime.datetime) -> Iterator[_Waiting]:
    """While this lasts, the first form that has just these fields is shown with ``data`` in it."""
    waits = _Waiting(data, typed_at)
    token = _waiting.set(waits)
    try:
        yield waits
    finally:
        _waiting.reset(token)


def what_waits() -> tuple[QueryDict, datetime.datetime] | None:
    """Return what was typed and waits for its form, and when; for pages whose boxes depend on what was typed."""
    hope = _waiting.get()
    return (hope.data, hope.typed_at) if hope else None


def fill(form: forms.BaseForm) -> None:
    """Fill ``form`` with what waits for it, if anything does. Forms call this at the end of ``__init__``."""
    hope = _waiting.get()
    if hope is None or form.is_bound or (hope.taken_by is not None and hope.taken_by is not form):
        return
    if fits(form, hope.data):
        hope.taken_by = form
        put_into(form, hope.data)


def typed_at(form: forms.BaseForm) -> datetime.datetime | None:
    """Return when what ``fill`` put into this form was typed, None where it put nothing there."""
    hope = _waiting.get()
    return hope.typed_at if hope is not None and hope.taken_by is form else None


def fits(form: forms.BaseForm, data: QueryDict) -> bool:
    """Could ``data`` have been typed into this form? Every field that always sends something must be there."""
    names = [name for name, field in form.fields.items() if _can_return(field) and may_be_kept(form.add_prefix(name))]
    return (
        bool(names)
        and all(_may_be_silent(form.fields[name]) or not _is_silent(form, name, data) for name in names)
        and any(form.add_prefix(name) in data for name in names)
    )


def put_into(form: forms.BaseForm, data: QueryDict) -> None:
    """Show ``data`` (as a browser sends it) in an unbound form, field by field; passwords and files never return."""
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if _can_return(field) and not _is_silent(form, name, data):
            form.initial[name] = field.widget.value_from_datadict(data, {}, key)


def _is_silent(form: forms.BaseForm, name: str, data: QueryDict) -> bool:
    return form.fields[name].widget.value_omitted_from_data(data, {}, form.add_prefix(name))


def _may_be_silent(field: forms.Field) -> bool:
    """Can a browser send nothing for it? So it does for round buttons of which none is chosen."""
    return isinstance(field.widget, forms.RadioSelect)


def _can_return(field: forms.Field) -> bool:
    return not (field.disabled or isinstance(field, forms.FileField) or isinstance(field.widget, forms.PasswordInput))
