"""The way to an organisation's own sign-in page, and back from it (accounts.sso)."""

from __future__ import annotations

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from requests import RequestException

from accounts import sessions_policy, sso
from accounts.allauth_inside import jwtkit
from core.limits import spend_address
from core.methods import only
from core.redirects import safe_path

# What an organisation's server may answer that is none: away, no JSON, a part missing.
_ODD = (RequestException, OAuth2Error, ValueError, KeyError, TypeError)


class Exchange(OpenIDConnectOAuth2Adapter):
    """allauth's exchange, back to the address that people use, and with the token's signature always looked at."""

    def get_callback_url(self, request: HttpRequest, app) -> str:
        return settings.SITE_URL + reverse("openid_connect_callback", args=[self.provider_id])

    def _decode_id_token(self, app, id_token: str) -> dict:
        claims = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        # For accounts.sso; of what stands in the token nothing is kept.
        self.request.sso_claims = claims
        return claims


OpenIDConnectProvider.oauth2_adapter_class = Exchange


@never_cache
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the organisation's sign-in page."""
    if sso.organisation(provider_id) is None:
        raise Http404
    only(request, "POST")
    if not spend_address(request, "sso"):
        return sso.failed(request)
    shared = "shared" in request.POST
    sessions_policy.choose(request, shared=shared)
    try:
        provider = get_adapter(request).get_provider(request, provider_id)
        asked = provider.get_auth_params()
        if shared:
            # The session there may be of whoever sat here before.
            asked["prompt"] = "login"
        next_url = safe_path(request.POST.get("next")) or None
        return provider.redirect(request, process="login", next_url=next_url, auth_params=asked)
    except _ODD:
        return sso.failed(request)


@never_cache
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the organisation says of whoever signed in there."""
    if sso.organisation(provider_id) is None:
        raise Http404
    only(request, "GET")
    try:
        return OAuth2CallbackView.adapter_view(Exchange(request, provider_id))(request)
    except (SocialApp.DoesNotExist, *_ODD):
        return sso.failed(request)
