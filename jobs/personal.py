"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import SELF, keep, plain

keep("jobs.job", "by", "params", "sent", "report", "result", "result_name", why=_("long work such as a list that is read in or written out, and its file"),
     seen=SELF, kept=_("30 days after its end"))  # fmt: skip
plain("jobs.job", "kind", "result_type")
