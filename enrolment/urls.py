from django.urls import path
from django.utils.translation import gettext_lazy as _

from enrolment.views import invitations

urlpatterns = [
    path(_("planning/cohorts/<uuid:cohort_id>/enrol/"), invitations.enrol, name="enrol"),
    path(_("teams/<uuid:team_id>/people/"), invitations.people, name="team_people"),
    path(_("invitations/<uuid:invitation_id>/revoke/"), invitations.revoke, name="invitation_revoke"),
    path(_("invitations/<uuid:invitation_id>/send-again/"), invitations.send_again, name="invitation_send_again"),
    path(_("invitation/<str:token>/"), invitations.invitation, name="invitation"),
    path(_("invitation/<str:token>/again/"), invitations.ask_anew, name="invitation_again"),
    path(_("invitation/<str:token>/not-me/"), invitations.not_me, name="invitation_not_me"),
]
