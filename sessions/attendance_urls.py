"""Who came; the recap for whoever did not; certificates."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from sessions.views import attendance, certificates, recap

urlpatterns = [
    path(_("planning/sessions/<uuid:session_id>/attendance/"), attendance.page, name="planning_session_attendance"),
    path(
        _("planning/sessions/<uuid:session_id>/attendance/report/"),
        attendance.report_new,
        name="planning_session_report_new",
    ),
    path(
        _("planning/sessions/<uuid:session_id>/attendance/reports/<uuid:report_id>/"),
        attendance.report,
        name="planning_session_report",
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/attendance/"), attendance.grid, name="planning_attendance"),
    path(_("planning/programs/<uuid:programme_id>/sessions/"), certificates.rules, name="planning_session_rules"),
    path(_("planning/sessions/<uuid:session_id>/recap/"), recap.write, name="planning_session_recap"),
    path(
        _("planning/sessions/<uuid:session_id>/recap/take-back/"),
        recap.take_back,
        name="planning_session_recap_take_back",
    ),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/recap/"), recap.read, name="session_recap"),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/recap/done/"), recap.follow, name="session_follow"),
    path(_("planning/cohorts/<uuid:cohort_id>/certificates/"), certificates.given, name="planning_certificates"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/certificates/all/"),
        certificates.all_as_file,
        name="planning_certificates_all",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/certificates/<uuid:certificate_id>/take-back/"),
        certificates.revoke,
        name="planning_certificate_revoke",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/certificates/<uuid:certificate_id>/give-again/"),
        certificates.give_again,
        name="planning_certificate_give_again",
    ),
    path(_("me/certificates/"), certificates.mine, name="my_certificates"),
    path(_("certificates/<uuid:certificate_id>/"), certificates.as_pdf, name="certificate"),
    path(_("certificates/"), certificates.check, name="certificate_check"),
]
