"""Signing in with an organisation's own accounts (OpenID Connect): what the variable OIDC says, checked when the site starts.

A JSON list, one entry for each organisation: ``{"id", "name", "issuer", "client_id", "secret", "domains"}``. ``domains`` are those
of the e-mail addresses that this organisation answers for; ``hosts`` (if its sign-in page stands elsewhere than its issuer)
are further addresses to which a form may lead. Without the variable there is no trace of any of this.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_NEEDED = ("id", "name", "issuer", "client_id", "secret", "domains")


def read(text: str, *, secure: bool) -> list[dict[str, Any]]:
    """Return the organisations that ``text`` names. Raises ImproperlyConfigured, saying what is wrong, never a secret."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        raise ImproperlyConfigured("OIDC is no JSON.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ImproperlyConfigured("OIDC is a list of objects, one for each organisation.")
    for one in found:
        if missing := [name for name in _NEEDED if not one.get(name)]:
            raise ImproperlyConfigured(f"OIDC: an organisation lacks {', '.join(missing)}.")
        if not re.fullmatch(r"[a-z0-9-]{1,40}", str(one["id"])):
            raise ImproperlyConfigured("OIDC: an id has small letters, digits and dashes.")
        if secure and urlsplit(one["issuer"]).scheme != "https":
            raise ImproperlyConfigured(f"OIDC: the issuer of {one['id']} must begin with https.")
        if not isinstance(one["domains"], list) or not all("." in str(domain) for domain in one["domains"]):
            raise ImproperlyConfigured(f'OIDC: the domains of {one["id"]} are a list like ["hospital.example"].')
        one["domains"] = [str(domain).strip().lower().removeprefix("@") for domain in one["domains"]]
    if len({one["id"] for one in found}) != len(found):
        raise ImproperlyConfigured("OIDC: two organisations have the same id.")
    return found


def for_allauth(organisations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the same as allauth wants it: the signed token alone tells who it is, and the exchange is bound to the browser."""
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": one["id"],
                    "name": one["name"],
                    "client_id": one["client_id"],
                    "secret": one["secret"],
                    "settings": {"server_url": one["issuer"], "fetch_userinfo": False},
                }
                for one in organisations
            ],
        }
    }


def hosts(organisations: list[dict[str, Any]]) -> list[str]:
    """Return to which other addresses the form of the sign-in page may lead."""
    issuers = [urlsplit(one["issuer"]) for one in organisations]
    return sorted({
        *(f"{issuer.scheme}://{issuer.netloc}" for issuer in issuers),
        *(host for one in organisations for host in one.get("hosts", [])),
    })  # fmt: skip
