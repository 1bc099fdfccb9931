"""Every door of the product. Human pages carry their language; machine doors have no prefix."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accounts.push_views import push_worker
from core import views as core_views
from enrolment.views import site_map
from notifications.inbound.views import mail_in
from sessions.views.calendars import calendar_feed

handler400 = "core.answers.bad_request"
handler403 = "core.answers.forbidden"
handler404 = "core.answers.not_found"
handler500 = "core.answers.server_error"
# Asked for by allauth and core.limits; Django itself has none.
handler429 = "core.answers.too_many"

urlpatterns = [
    path("healthz", core_views.healthz, name="healthz"),
    path("robots.txt", site_map.robots, name="robots"),
    path("push-worker.js", push_worker, name="push_worker"),
    path("sitemap.xml", site_map.sitemap, name="sitemap"),
    *([path("", include("desk.demo.urls"))] if settings.DEMO_DOORS else []),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("sso/", include("accounts.sso_urls")),
    path("join/", include("sessions.join_urls")),
    path("answer/", include("collaborative.link_urls")),
    path("mail-in/", mail_in, name="mail_in"),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar_feed"),
    *i18n_patterns(
        path("", include("desk.urls")),
        path("", include("coaching.urls")),
        path("", include("forum.urls")),
        path("", include("improvement.urls")),
        path("", include("sessions.urls")),
        path("", include("enrolment.urls")),
        path("", include("surveys.urls")),
        path("", include("accounts.urls")),
        path("", include("core.urls")),
        path(_("accounts/"), include("accounts.sign_in_urls")),
        prefix_default_language=False,
    ),
]
