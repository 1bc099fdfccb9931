"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import ANYBODY, NOBODY, PLANNERS, keep, plain

keep("enrolment.application", "typed", "contact_name", "contact_email", "why", "hope", "equity", "support_name", "support_phone", "support_when",
     "recognition", "access_help", "team_name", "outcome_reason",
     why=_("a team applies: who writes, what it hopes for, what a partner needs, and what was decided"),
     seen=_("the planning team, and whoever has the link that was mailed to the contact"))  # fmt: skip
keep(
    "enrolment.application",
    "sponsor_name",
    "sponsor_email",
    "sponsor_title",
    why=_("to ask the sponsor whether the organisation stands behind it"),
    seen=PLANNERS,
)
keep(
    "enrolment.applicationmember",
    "name",
    "email",
    "title",
    why=_("who is in the applying team; invited when it is accepted"),
    seen=PLANNERS,
)
keep("enrolment.review", "by", "marks", "note", why=_("how an application was read, and by whom"), seen=PLANNERS)
keep(
    "enrolment.decision", "by", "reason", why=_("what was decided about an application, by whom and why"), seen=PLANNERS
)
keep("enrolment.release", "by", "ledger", why=_("who let the answers go, and what followed"), seen=PLANNERS)
keep(
    "enrolment.invitation",
    "person",
    "title",
    "called",
    "address",
    "by",
    why=_("who was asked in, by whom, and to which address"),
    seen=PLANNERS,
)
keep(
    "enrolment.peopleimport",
    "by",
    "rows",
    "left_out",
    "results",
    why=_("a list of people that a planner reads in: what stands in it and what became of it"),
    seen=PLANNERS,
)
keep(
    "enrolment.interest",
    "email",
    why=_("to tell somebody once that enrolment has opened"),
    seen=NOBODY,
    kept=_("until that enrolment closes; seven days where nobody confirmed"),
)
keep(
    "enrolment.contactnote",
    "name",
    "email",
    "text",
    "settled_by",
    why=_("a visitor's letter to the planning team"),
    seen=PLANNERS,
)
keep(
    "enrolment.siteversion",
    "content",
    "by",
    why=_("what the public page says; a quotation names its person, who was asked"),
    seen=ANYBODY,
)
plain("enrolment.siteversion", "zone")
plain("enrolment.application", "organisation", "unit", "city", "incident_route", "consent_version")
for _table in ("criterion", "decisionrules", "letter", "told", "sitepage"):
    plain(f"enrolment.{_table}")
