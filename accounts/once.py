"""The same form twice: a create form carries a random key, and sent again it leads where it led the first time.

    class InviteForm(OncePerKey, forms.Form): ...

    def make():                                   # runs once, in one transaction with the key
        return services.invite(..., **form.answers())
    return answer_once(request, form, make) or render(request, "…", {"form": form})

The template prints ``{{ form.once }}`` (crispy does so with ``render_hidden_fields``; ``GuardedForm`` does by itself).
Never on a form whose writer must not be known: the key is kept beside who sent it.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from accounts.models import SubmittedOnce
from core import filled
from core.refusals import Refused
from notifications.sealing import seal, unseal

if TYPE_CHECKING:
    _Form = forms.BaseForm
else:
    _Form = object

# For so long a form that was sent leads to its result.
KEPT = datetime.timedelta(days=7)


class OncePerKey(_Form):
    """A form that does its work once, however often it is sent. Put before the form's class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"] = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)
        filled.fill(self)

    def answers(self) -> dict[str, Any]:
        """Return what was answered, without the form's own key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


def answer_once(
    request: HttpRequest, form: forms.BaseForm, make: Callable[[], Any], *, draft: str = ""
) -> HttpResponse | None:
    """Do ``make()`` if a valid form was sent, and go where it leads; sent again, go there without doing it again.

    ``make`` returns an address or an object with ``get_absolute_url``. Returns None where the page is to be shown: on
    GET, on errors, and when ``make`` raised Refused (its sentence then stands on the form, and the key is free again).
    ``draft`` is the key of a draft that is done with.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    user = request.user if request.user.is_authenticated else None
    try:
        url = do_once(user=user, key=form.cleaned_data.get("once"), make=make)
    except Refused as refused:
        refused.put_on(form)
        return None
    if draft and user:
        from accounts import drafts

        drafts.forget(user, draft)
    return _go(request, url)


def do_once(*, user, key: uuid.UUID | None, make: Callable[[], Any]) -> str:
    """Return the address that ``make()`` leads to, doing it only if this person's ``key`` is new.

    Key and work are one transaction: a twin that comes meanwhile waits for it, and if the work is refused, does it itself.
    """
    if key is None:
        with transaction.atomic():
            return resolve_url(make())
    try:
        with transaction.atomic():
            row = SubmittedOnce.objects.create(user=user, key=key)
            url = resolve_url(make())
            # Where nobody is signed in, the address that it leads to holds a secret, which is kept nowhere in clear.
            SubmittedOnce.objects.filter(pk=row.pk).update(result_url=url if user else seal(url))
            return url
    except IntegrityError:
        first = SubmittedOnce.objects.filter(user=user, key=key).first()
        if first is None:  # the error was about something else
            raise
        return first.result_url if user else unseal(first.result_url)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Go to ``url``; a part that htmx asked for takes the whole page along."""
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=204)
        answer.headers["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)
