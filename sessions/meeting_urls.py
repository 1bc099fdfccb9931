from django.urls import path
from django.utils.translation import gettext_lazy as _

from sessions.views import day, meeting

urlpatterns = [
    path(_("planning/sessions/<uuid:session_id>/meeting/"), meeting.meeting, name="planning_session_meeting"),
    path(_("planning/sessions/<uuid:session_id>/meeting/address/"), meeting.show, name="planning_session_address"),
    path(_("planning/sessions/<uuid:session_id>/meeting/again/"), meeting.again, name="planning_session_meeting_again"),
    path(_("planning/sessions/<uuid:session_id>/day/"), day.day, name="planning_session_day"),
    path(_("planning/sessions/<uuid:session_id>/day/release/"), day.release_address, name="planning_session_release"),
    path(_("planning/sessions/<uuid:session_id>/day/sheet/"), day.sheet, name="planning_session_sheet"),
]
