"""Where I am signed in; and the digits at the sign-in, with the tick to trust this browser."""

from __future__ import annotations

from typing import cast

from allauth.mfa.base.views import AuthenticateView
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import devices, second_factor, sessions_policy, trusted
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from accounts.models import User
from accounts.passkey_views import as_text
from core.methods import only


@signed_in
@before_second_factor
@never_cache
def my_devices(request: SignedInRequest) -> HttpResponse:
    """Where one is signed in, on which day each was used last."""
    only(request, "GET")
    parts = {"devices": devices.list_of(request, request.user), "here": "me"}
    return render(request, "accounts/devices.html", parts)


@signed_in
@before_second_factor
@never_parked
def end_device(request: SignedInRequest, device_id: int) -> HttpResponse:
    """Sign out in one of them."""
    device = devices.find(request.user, device_id)
    if device is None:
        raise Http404
    only(request, "POST")
    if devices.end(request, device=device, by=request.user):
        return redirect("account_login")
    messages.success(request, _("Signed out there."))
    return redirect("my_devices")


@signed_in
@before_second_factor
@never_parked
def end_other_devices(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    only(request, "POST")
    devices.end_others(request, user=request.user)
    messages.success(request, _("Signed out everywhere but here."))
    return redirect("my_devices")


class EnterDigits(AuthenticateView):
    """allauth's page for the second step, which may also trust this browser; never one that others use."""

    def get_context_data(self, **kwargs) -> dict:
        parts, user = super().get_context_data(**kwargs), self.stage.login.user
        options = as_text(parts["js_data"]["request_options"]) if second_factor.has_passkey(user) else ""
        return {
            **parts,
            "may_trust": not sessions_policy.is_shared(self.request),
            "days": trusted.LASTS.days,
            "has_app": second_factor.has_app(user),
            "options": options,
        }

    def form_valid(self, form) -> HttpResponse:
        user, shared = cast(User, self.stage.login.user), sessions_policy.is_shared(self.request)
        answer = super().form_valid(form)
        if "trust" in self.request.POST and not shared:
            trusted.remember(self.request, answer, user)
        return answer
