"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import COHORT, keep, plain

keep("forum.thread", "title", "by", why=_("a question to other teams"), seen=COHORT)
keep("forum.post", "text", "html", "by", "hidden_by", why=_("what somebody asks or answers"), seen=COHORT)
plain("forum.board")
