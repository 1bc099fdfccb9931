"""The back office: Django's admin behind the product's own sign-in, its limits, and a second factor used in this session."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts import second_factor
from accounts.decorators import never_parked, to_sign_in
from core.redirects import safe_path


class BackOffice(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only, with a second factor that is set up and was used in this session."""
        return bool(
            super().has_permission(request)
            and second_factor.was_used(request)
            and second_factor.is_set_up(request.user)
        )

    @method_decorator([never_cache, never_parked])
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Lead to what is missing (the sign-in, setting a second factor up, using it) and then back. Takes no password."""
        path = safe_path(request.GET.get("next"), reverse("admin:index"))
        if not request.user.is_authenticated:
            return to_sign_in(request, path)
        if not super().has_permission(request):
            raise PermissionDenied
        return second_factor.way(request, path) or HttpResponseRedirect(path)
