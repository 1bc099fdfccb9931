"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import COHORT, NOBODY, keep, plain

keep("files.storedfile", "by", why=_("who sent a file in"), seen=NOBODY)
keep("files.storedfile", "name", why=_("the name of a file that was sent in"), seen=COHORT)
plain("files.storedfile", "content_type", "sha256")
keep("files.piece", "data", why=_("what stands in a file that was sent in"), seen=COHORT)
