"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import COHORT, PLANNERS, SELF_COUNTED, keep, plain

keep(
    "learning_sessions.attendance",
    "person",
    "by",
    why=_("who was at a session: counted for the team, never ranked"),
    seen=SELF_COUNTED,
)
keep("learning_sessions.learningsession", "dial_in", why=_("the telephone number of the meeting"), seen=COHORT)
keep(
    "learning_sessions.meetingaddress",
    "url",
    why=_("the address of the meeting; stands on no page and in no mail"),
    seen=PLANNERS,
)
plain("learning_sessions.attendance", "role")
plain("learning_sessions.learningsession", "title_en", "title_fr", "purpose_en", "purpose_fr", "zone")
plain("learning_sessions.agendaitem")
