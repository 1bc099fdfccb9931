from django.urls import path
from django.utils.translation import gettext_lazy as _

from enrolment import views

urlpatterns = [
    path(_("planning/cohorts/<uuid:cohort_id>/enrol/"), views.enrol, name="enrol"),
    path(_("teams/<uuid:team_id>/people/"), views.people, name="team_people"),
    path(_("invitations/<uuid:invitation_id>/revoke/"), views.revoke, name="invitation_revoke"),
    path(_("invitations/<uuid:invitation_id>/send-again/"), views.send_again, name="invitation_send_again"),
    path(_("invitation/<str:token>/"), views.invitation, name="invitation"),
    path(_("invitation/<str:token>/again/"), views.ask_anew, name="invitation_again"),
    path(_("invitation/<str:token>/not-me/"), views.not_me, name="invitation_not_me"),
]
