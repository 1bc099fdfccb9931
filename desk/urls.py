from django.urls import path
from django.utils.translation import gettext_lazy as _

from desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path(_("today/"), views.today, name="today"),
    path(_("team/"), views.team_home, name="team_home"),
    path(_("teams/<uuid:team_id>/"), views.team, name="team"),
    path(_("cohort/"), views.cohort_home, name="cohort_home"),
    path(_("cohorts/<uuid:cohort_id>/"), views.cohort, name="cohort"),
    path(_("planning/"), views.planning, name="planning"),
    path(_("planning/cohorts/<uuid:cohort_id>/"), views.planning_cohort, name="planning_cohort"),
    path(_("planning/cohorts/<uuid:cohort_id>/hidden/"), views.planning_hidden, name="planning_hidden"),
    path(_("planning/messages/<uuid:message_id>/"), views.settle_message, name="settle_message"),
]
