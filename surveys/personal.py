"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import NOBODY, SELF_COUNTED, keep, plain

keep("surveys.asked", "person", why=_("who was asked in a survey and has answered, never what"), seen=SELF_COUNTED)
keep("surveys.envelope", "sealed", why=_("what somebody answered, sealed while the survey is open"), seen=NOBODY)
# A study id is a random word: it leads to a person only through their account, which is told with it.
plain("surveys.response")
keep(
    "surveys.answer",
    "text",
    "choice",
    why=_("what somebody answered in a survey, without their name"),
    seen=_(
        "the planning team; who spoke at a session: its counts, and the sentences about what people will try that are passed on"
    ),
)
plain("surveys.survey")
plain("surveys.question")
plain("surveys.round")
