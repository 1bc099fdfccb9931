"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import COHORT, FOR_GOOD, PLANNERS, SELF, TEAM, keep, plain

keep(
    "collaborative.programme",
    "contact_email",
    why=_("where visitors' letters go, and the letters of who applies"),
    seen=_("the planning team, and whoever has a link into an application; it stands on no public page"),
)
keep(
    "collaborative.cohort",
    "contact_email",
    why=_("where answers to mails go"),
    seen=_("whoever gets a mail of the cohort or has a link into an application"),
)
keep("collaborative.cohort", "closed_by", "closed_reason", why=_("who closed a cohort, and why"), seen=PLANNERS)
keep(
    "collaborative.membership",
    "user",
    "title",
    "by",
    "ended_by",
    why=_("which role somebody holds where, from when to when"),
    seen=COHORT,
)
keep(
    "collaborative.team",
    "name",
    "aim",
    why=_("what the team is called and wants to reach, in its own words"),
    seen=COHORT,
)
keep("collaborative.partnerwelcome", "support_name", "support_phone", "support_when", "recognition", "access_help",
     why=_("whom a patient partner can call, and what the partner needs to take part"),
     seen=_("the team, its coaches, the planning team, and the partner who is invited"))  # fmt: skip
keep(
    "collaborative.agreement",
    "meeting",
    "roles",
    "goals",
    "disagreeing",
    "changed_by",
    why=_("how the team wants to work together"),
    seen=TEAM,
)
keep("collaborative.agreed", "by", why=_("who said yes to the agreement"), seen=TEAM)
keep("collaborative.teamtalk", "by", "text", "hidden_by", why=_("what people of a team say to each other"), seen=TEAM)
keep("collaborative.pause", "by", "ended_by", why=_("who let a team rest"), seen=TEAM)
keep("collaborative.preworktick", "by", why=_("who ticked off a preparation"), seen=TEAM)
keep("collaborative.planningtask", "assignee", "done_by", why=_("who of the planning team does what"), seen=PLANNERS)
keep("collaborative.unitcontact", "name", "reach", why=_("who is who on a unit, for those who work there"), seen=TEAM)
keep(
    "collaborative.reschedule",
    "by",
    "reason",
    "ledger",
    why=_("which dates were moved, and why, so that it can be undone"),
    seen=PLANNERS,
)
keep(
    "collaborative.merge",
    "by",
    "ledger",
    why=_("which organisations were made one, so that they can be parted again"),
    seen=PLANNERS,
)
keep(
    "collaborative.report",
    "by",
    why=_("who hid something as a reader, so that one reader hides it once"),
    seen=PLANNERS,
    kept=FOR_GOOD,
)
keep(
    "collaborative.announcement",
    "by",
    "sent_by",
    "hidden_by",
    "audience",
    "subject_en",
    "subject_fr",
    "text_en",
    "text_fr",
    why=_("what the planning team writes to people of a cohort"),
    seen=_("whom it is written to, and the planning team"),
)
keep(
    "collaborative.kindnote",
    "by",
    "text_en",
    "text_fr",
    why=_("what the planning team puts above the letters of a programme"),
    seen=_("whoever gets such a letter"),
)
plain("collaborative.kindnote", "kind")
keep(
    "collaborative.spentlink",
    "person",
    why=_("a link from a mail that asks one thing works once"),
    seen=SELF,
    kept=_("two months, then erased by itself"),
)
keep(
    "collaborative.notthisweek",
    "person",
    why=_("what somebody does not want to be reminded of this week"),
    seen=_("nobody; after two weeks in a row the coach hears that the team has put it off, without a name"),
)
plain("collaborative.spentlink", "purpose")
plain("collaborative.notthisweek", "task")
plain("collaborative.programme", "slug_en", "slug_fr", "name_en", "name_fr", "short_name_en", "short_name_fr", "tagline_en", "tagline_fr",
      "word_team", "word_person", "composition", "priority_en", "priority_fr", "priority_sectors")  # fmt: skip
plain("collaborative.cohort", "slug", "name_en", "name_fr", "time_zone", "city", "campaign_en", "campaign_fr")
plain("collaborative.planningtask", "key", "text_en", "text_fr", "anchor")
plain("collaborative.report", "about_type")
plain("collaborative.merge", "what")
plain("collaborative.apart", "what")
for _table in ("templatephase", "templatetask", "preworkitem", "phase", "quietweek", "organisation", "site", "unit"):
    plain(f"collaborative.{_table}")
