"""Every door of the product. Human pages carry their language; machine doors have no prefix."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accounts.views import ActivateSecondFactor, EnterCode, SignIn, SignInByCode, sign_in_by_link
from core import views as core_views

handler400 = "core.answers.bad_request"
handler403 = "core.answers.forbidden"
handler404 = "core.answers.not_found"
handler500 = "core.answers.server_error"
# Asked for by allauth and core.limits; Django itself has none.
handler429 = "core.answers.too_many"

# They come before those of allauth for which they stand.
own_pages = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("login/code/", SignInByCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", EnterCode.as_view(), name="account_confirm_login_code"),
    path("login/link/<str:token>/", sign_in_by_link, name="sign_in_by_link"),
    path("2fa/totp/activate/", ActivateSecondFactor.as_view(), name="mfa_activate_totp"),
]

urlpatterns = [
    path("healthz", core_views.healthz, name="healthz"),
    *([path("", include("desk.demo.urls"))] if settings.DEMO_DOORS else []),
    path(settings.ADMIN_PATH, admin.site.urls),
    *i18n_patterns(
        path("", include("desk.urls")),
        path("", include("coaching.urls")),
        path("", include("forum.urls")),
        path("", include("improvement.urls")),
        path("", include("sessions.urls")),
        path("", include("enrolment.urls")),
        path("", include("accounts.urls")),
        path("", include("core.urls")),
        path(_("accounts/"), include([*own_pages, path("", include("allauth.urls"))])),
        prefix_default_language=False,
    ),
]
