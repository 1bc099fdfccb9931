"""Passkeys: added, named and removed by their owner, and used instead of a code. Pages of allauth's in our look.

Nobody is ever asked to have one. Whoever plans may use one in place of the digits from an app.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.webauthn import views as theirs
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy

from accounts import proof, second_factor
from accounts.allauth_inside import passkey_ceremony
from core.redirects import safe_path


def as_text(options: dict) -> str:
    """Return what the browser is asked for, as an attribute of the form carries it."""
    return json.dumps(options)


class AddPasskey(theirs.AddWebAuthnView):
    """A new one, for whoever has shown lately who they are. It is always one that signs in by itself."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if answer := proof.address_first(request):
            return answer
        if request.user.is_authenticated:
            proof.require(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict:
        options = passkey_ceremony.begin_registration(self.request.user, True)
        form = kwargs.get("form") or self.get_form()
        return {"form": form, "view": self, "options": as_text(options)}

    def get_success_url(self) -> str:
        return safe_path(self.request.GET.get("next")) or super().get_success_url()

    def form_valid(self, form) -> HttpResponse:
        answer = super().form_valid(form)
        second_factor.remember(self.request, self.request.user)
        second_factor.note_use(self.request)
        return answer


class NamePasskey(theirs.EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")


class RemovePasskey(theirs.RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")


class ShowPasskey(theirs.ReauthenticateWebAuthnView):
    """Is it you? Shown by a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict:
        parts = super().get_context_data(**kwargs)
        return {**parts, "options": as_text(parts["js_data"]["request_options"])}
