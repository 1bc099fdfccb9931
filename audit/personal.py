"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import FOR_GOOD, keep, plain

keep("audit.entry", "by", why=_("who did what and when, so that every change can be accounted for"),
     seen=_("the person's own file; whoever runs the installation"), kept=FOR_GOOD)  # fmt: skip
plain("audit.entry", "verb", "about_type", "about_id", "detail")
