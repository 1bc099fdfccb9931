from django.urls import path
from django.utils.translation import gettext_lazy as _

from sessions.views import calendars

urlpatterns = [
    path(_("me/calendar/"), calendars.my_calendar, name="my_calendar"),
    path(_("me/calendar/new/"), calendars.make_calendar, name="make_calendar"),
    path(_("me/calendar/end/"), calendars.end_calendar, name="end_calendar"),
]
