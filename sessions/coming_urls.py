"""Who comes, the small rooms, series of webinars, and those who register from outside."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from sessions.views import coming, registration, series, small_rooms

urlpatterns = [
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/coming/"), coming.answer, name="session_coming"),
    path(_("planning/sessions/<uuid:session_id>/coming/"), coming.planned, name="planning_session_coming"),
    path(_("planning/sessions/<uuid:session_id>/rooms/"), small_rooms.rooms, name="planning_session_rooms"),
    path(_("planning/sessions/<uuid:session_id>/rooms/move/"), small_rooms.move, name="planning_session_rooms_move"),
    path(
        _("planning/sessions/<uuid:session_id>/rooms/others/"),
        small_rooms.seat_the_others,
        name="planning_session_rooms_others",
    ),
    path(_("planning/sessions/<uuid:session_id>/rooms/show/"), small_rooms.show, name="planning_session_rooms_show"),
    path(
        _("planning/sessions/<uuid:session_id>/registered/"),
        registration.registered,
        name="planning_session_registered",
    ),
    path(_("register/<uuid:session_id>/"), registration.register, name="register"),
    path(_("register/<uuid:session_id>/sent/"), registration.sent, name="register_sent"),
    path(_("registration/<str:token>/"), registration.one, name="registration"),
    path(_("registration/<str:token>/join/"), registration.join, name="registration_join"),
    path(_("registration/<str:token>/withdraw/"), registration.withdraw, name="registration_withdraw"),
    path(_("programs/<slug:slug>/webinars/<slug:series>/"), series.public, name="webinars"),
    path(_("cohorts/<uuid:cohort_id>/webinars/<uuid:series_id>/"), series.members, name="cohort_webinars"),
    path(_("planning/cohorts/<uuid:cohort_id>/webinars/"), series.planned, name="planning_webinars"),
    path(_("planning/cohorts/<uuid:cohort_id>/webinars/new/"), series.new, name="planning_webinars_new"),
    path(_("planning/cohorts/<uuid:cohort_id>/webinars/<uuid:series_id>/"), series.edit, name="planning_webinars_edit"),
    path(
        _("planning/cohorts/<uuid:cohort_id>/webinars/<uuid:series_id>/remove/"),
        series.remove,
        name="planning_webinars_remove",
    ),
]
