"""What the sign-in page shows in the demo: one button for each role."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from core.language import language
from desk.demo import accounts

_PAGES = frozenset({"account_login", "account_request_login_code", "account_reauthenticate"})


def people(request: HttpRequest) -> dict:
    """Return ``demo_people`` (templates/account/_demo_people.html) on a sign-in page of the demo, else nothing."""
    match = getattr(request, "resolver_match", None)
    if not settings.DEMO or match is None or match.url_name not in _PAGES:
        return {}
    return {
        "demo_people": [
            {
                "id": str(one.user.pk),
                "name": one.user.name,
                "role": accounts.ROLES[one.role][0],
                "icon": accounts.ROLES[one.role][1],
            }
            for one in accounts.one_a_role(language())
        ]
    }
