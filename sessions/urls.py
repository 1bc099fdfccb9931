from django.urls import path
from django.utils.translation import gettext_lazy as _

from sessions import views

urlpatterns = [
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/"), views.session, name="session"),
    path(_("cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/join/"), views.join, name="session_join"),
    path(_("planning/sessions/<uuid:session_id>/move/"), views.move, name="session_move"),
    path(_("planning/sessions/<uuid:session_id>/undo/<uuid:change_id>/"), views.undo_move, name="session_undo"),
    path(_("planning/sessions/<uuid:session_id>/details/"), views.details, name="session_details"),
]
