"""Every door of the product. Human pages carry their language; machine doors have no prefix."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from core import views as core_views

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("healthz", core_views.healthz, name="healthz"),
    *i18n_patterns(
        path("", include("desk.urls")),
        path("", include("coaching.urls")),
        path("", include("forum.urls")),
        path("", include("improvement.urls")),
        path("", include("sessions.urls")),
        path("", include("enrolment.urls")),
        path("", include("accounts.urls")),
        path("", include("core.urls")),
        path(_("accounts/"), include("allauth.urls")),
        prefix_default_language=False,
    ),
]
