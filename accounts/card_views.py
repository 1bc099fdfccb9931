"""Signing in with a member card: the code on paper, and the PIN that only its holder knows."""

from __future__ import annotations

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from accounts import cards, proof
from accounts.allauth_inside import resume_request
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from accounts.forms import CardForm, FirstVisitForm, PinForm
from accounts.models import MemberCard, User
from core import limits
from core.answers import too_many
from core.methods import only
from core.refusals import Refused
from notifications.sealing import seal, unseal

# Wrong codes and PINs of one address: forty colleagues who each mistype five times are let through.
WRONG = {"amount": 200, "seconds": 3600}
# In the session of a visitor: the code that was typed, sealed, until when the first visit can be made with it.
_TYPED = "card"
_TYPED_FOR = 300


@never_cache
@limits.limited("card", amount=0, seconds=60, key=lambda request: None)
def card(request: HttpRequest) -> HttpResponse:
    """Type (or scan) the code; with the PIN one is in, without it the first visit begins."""
    only(request, "GET", "POST")
    # Whoever comes next to this device begins anew.
    request.session.pop(_TYPED, None)
    form = CardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if limits.is_spent("card-wrong", limits.client_address(request), **WRONG):
            return too_many(request)
        code, pin, shared = (form.cleaned_data[name] for name in ("code", "pin", "shared"))
        try:
            if not pin:
                return _to_first_visit(request, code, shared=shared)
            user = cards.enter(code=code, pin=pin)
        except Refused as refused:
            limits.spend("card-wrong", limits.client_address(request), **WRONG)
            refused.put_on(form)
        else:
            return _in(request, user, shared=shared)
    return render(request, "accounts/card.html", {"form": form, "late": "late" in request.GET})


def _to_first_visit(request: HttpRequest, code: str, *, shared: bool) -> HttpResponse:
    if cards.waits_for_first_visit(code) is None:
        raise Refused(
            _(
                "No first visit can be made with this code. Look at it again. If you have chosen a PIN already, type that "
                "too; otherwise ask your team lead for a new card."
            ),
            field="code",
        )
    request.session[_TYPED] = {"code": seal(code), "until": int(time.time()) + _TYPED_FOR, "shared": shared}
    request.session.set_expiry(_TYPED_FOR)
    return redirect("card_first")


@never_cache
@limits.limited("card", amount=0, seconds=60, key=lambda request: None)
def first_visit(request: HttpRequest) -> HttpResponse:
    """Name, language, place and a PIN: then the holder is in."""
    only(request, "GET", "POST")
    code, found = _typed(request)
    if found is None:
        return redirect(f"{reverse('card')}?late=1" if request.session.pop(_TYPED, None) else "card")
    person = found.user
    known = {"name": person.name, "language": person.language, "city": person.city}
    typed = request.session[_TYPED]
    form = FirstVisitForm(
        request.POST if request.method == "POST" else None, initial={**known, "shared": typed["shared"]}
    )
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        shared = answers.pop("shared")
        try:
            user = cards.begin(code=code, **answers)
        except Refused as refused:
            refused.put_on(form)
        else:
            return _in(request, user, shared=shared)
    return render(request, "accounts/card_first.html", {"form": form, "person": person})


def _typed(request: HttpRequest) -> tuple[str, MemberCard | None]:
    """Return the code that this visitor typed, and its card while the first visit can be made."""
    typed = request.session.get(_TYPED)
    if not typed or typed["until"] < time.time():
        return "", None
    code = unseal(typed["code"])
    return code, cards.waits_for_first_visit(code)


@signed_in
@before_second_factor
@never_parked
@never_cache
def prove_by_pin(request: SignedInRequest) -> HttpResponse:
    """Is it you? Who came in with a card, and has nothing else, enters its PIN (accounts.proof)."""
    only(request, "GET", "POST")
    if not proof.by_pin(request.user):
        return redirect(f"{reverse('account_reauthenticate')}?{request.GET.urlencode()}")
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if limits.is_spent("card-wrong", limits.client_address(request), **WRONG):
            return too_many(request)
        try:
            proof.show_pin(request, pin=form.cleaned_data["pin"])
        except Refused as refused:
            limits.spend("card-wrong", limits.client_address(request), **WRONG)
            refused.put_on(form)
        else:
            return resume_request(request) or redirect("me")
    return render(request, "account/prove_by_pin.html", {"form": form})


def _in(request: HttpRequest, user: User, *, shared: bool) -> HttpResponse:
    request.session.pop(_TYPED, None)
    request.session.set_expiry(None)
    cards.sign_in(request, user=user, shared=shared)
    with override(user.language):
        messages.success(request, _("Welcome, %(name)s. You are in.") % {"name": user.first_name})
        return redirect("today")
