"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import SELF, SHORT, TEAM, keep, plain

keep(
    "improvement.safetyconversation",
    "by",
    "sentence",
    "hidden_by",
    why=_("a conversation is counted; a sentence is asked for and never needed"),
    seen=TEAM,
)
keep("improvement.triedchange", "title", "plan", "prediction", "what_happened", "by", "learned_by", "decided_by", "changed_by", "hidden_by",
     why=_("what a team tries and what it learned"), seen=TEAM)  # fmt: skip
keep("improvement.measure", "by", "named_by", why=_("who began to count something"), seen=TEAM)
keep("improvement.datapoint", "by", why=_("who entered a number"), seen=TEAM)
keep("improvement.datapointcorrection", "was_by", "by", why=_("a number that was corrected, and by whom"), seen=TEAM)
keep("improvement.returnedsheet", "by", why=_("who sent a sheet of numbers back; thirty days"), seen=SELF, kept=SHORT)
plain("improvement.returnedsheet", "told", "refused")
plain("improvement.measure", "name_en", "name_fr", "unit_en", "unit_fr")
plain("improvement.measure", "ready")
keep(
    "improvement.chartevent",
    "words",
    "by",
    why=_("what happened on a unit, as somebody put it on the charts"),
    seen=TEAM,
)
keep(
    "improvement.measurephase", "why", "by", "fixed_by", why=_("why a chart has a new line, and who said so"), seen=TEAM
)
keep("improvement.measurechange", "by", why=_("who changed what is counted"), seen=TEAM)
plain("improvement.measurephase", "centre_is", "basis")
plain("improvement.measurechange", "before")
plain("improvement.measuredefinition", "purpose", "meaning", "numerator", "denominator", "population", "source", "collector",
      "equity", "small_numbers", "reviewed")  # fmt: skip
plain("improvement.chartrules", "rule_set", "control_rules")
