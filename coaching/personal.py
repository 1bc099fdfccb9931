"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import SELF, TEAM, keep

keep("coaching.teamnote", "text", "by", "hidden_by", why=_("what a coach writes to a team"), seen=TEAM)
keep("coaching.privatenote", "text", "author", why=_("a coach's own memory aid; sealed from everybody else"), seen=SELF)
keep("coaching.visit", "coach", why=_("what a coach has looked at already"), seen=SELF)
