"""The addresses of the public pages of a programme, and of those who write them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from enrolment.views import site, site_editor, site_forms, trust

urlpatterns = [
    path(_("programs/<slug:slug>/"), site.overview, name="programme"),
    path(_("programs/<slug:slug>/dates/"), site.dates, name="programme_dates"),
    path(_("programs/<slug:slug>/questions/"), site.faq, name="programme_faq"),
    path(_("programs/<slug:slug>/contact/"), site_forms.contact, name="programme_contact"),
    path(_("programs/<slug:slug>/contact/sent/"), site_forms.contact_sent, name="programme_contact_sent"),
    path(_("programs/<slug:slug>/tell-me/"), site_forms.tell_me, name="programme_tell_me"),
    path(_("programs/<slug:slug>/tell-me/sent/"), site_forms.tell_me_sent, name="programme_tell_me_sent"),
    path(_("programs/<slug:slug>/privacy-office/"), site_forms.privacy_office, name="programme_privacy_office"),
    path(
        _("programs/<slug:slug>/privacy-office/sent/"),
        site_forms.privacy_office_sent,
        name="programme_privacy_office_sent",
    ),
    path(_("tell-me/<str:token>/"), site_forms.interest_confirm, name="interest_confirm"),
    path(_("tell-me/<str:token>/stop/"), site_forms.interest_stop, name="interest_stop"),
    path(_("trust/"), trust.page, name="trust"),
    path(_("trust/pdf/"), trust.pdf_of, name="trust_pdf"),
    path(_("accessibility/"), trust.accessibility, name="accessibility"),
    path(_("planning/cohorts/<uuid:cohort_id>/public-page/"), site_editor.index, name="planning_site"),
    path(_("planning/cohorts/<uuid:cohort_id>/announce/"), site_editor.announce, name="planning_announce"),
    path(_("planning/cohorts/<uuid:cohort_id>/public-page/<slug:key>/"), site_editor.page, name="planning_site_page"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/public-page/<slug:key>/<int:number>/"),
        site_editor.preview,
        name="planning_site_preview",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/public-page/<slug:key>/<int:number>/restore/"),
        site_editor.restore,
        name="planning_site_restore",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/public-page/<slug:key>/<int:number>/publish/"),
        site_editor.publish,
        name="planning_site_publish",
    ),
    path(
        _("planning/cohorts/<uuid:cohort_id>/public-page/<slug:key>/<int:number>/call-off/"),
        site_editor.call_off,
        name="planning_site_call_off",
    ),
    path(_("planning/cohorts/<uuid:cohort_id>/letters/"), site_editor.letters_in, name="planning_letters"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/letters/<uuid:letter_id>/settle/"),
        site_editor.letter_settle,
        name="planning_letter_settle",
    ),
]
