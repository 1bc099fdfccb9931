"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import ANYBODY, NOBODY, PLANNERS, keep, plain

_APPLIED = _(
    "until 60 days after the last day of applying (who waits: at least until the first day; 400 days where the team asked for "
    "it); what an accepted team said goes on with the team"
)
_LINK = _("the planning team, and whoever has the link that was mailed to the contact")

keep("enrolment.application", "typed", "contact_name", "contact_email", "why", "hope", "equity", "support_name", "support_phone", "support_when",
     "recognition", "access_help", "team_name",
     why=_("a team applies: who writes, what it hopes for, what a partner needs, and what was decided"),
     seen=_LINK, kept=_APPLIED)  # fmt: skip
keep(
    "enrolment.application", "outcome_reason", why=_("why an application was decided so"), seen=PLANNERS, kept=_APPLIED
)
keep(
    "enrolment.application",
    "sponsor_name",
    "sponsor_email",
    "sponsor_title",
    why=_("to ask the sponsor whether the organisation stands behind it"),
    seen=_("the sponsor, the planning team, and whoever has the link that was mailed to the contact"),
    kept=_APPLIED,
)
keep(
    "enrolment.applicationmember",
    "name",
    "email",
    "title",
    why=_("who is in the applying team; invited when it is accepted"),
    seen=_LINK,
    kept=_APPLIED,
)
_AS_APPLIED = _("words as long as those of the application; who wrote them, until the person is erased on request")
keep("enrolment.review", "by", "marks", "note", why=_("how an application was read, and by whom"), seen=PLANNERS,
     kept=_AS_APPLIED)  # fmt: skip
keep("enrolment.decision", "by", "reason", why=_("what was decided about an application, by whom and why"), seen=PLANNERS,
     kept=_AS_APPLIED)  # fmt: skip
keep("enrolment.release", "by", "ledger", why=_("who let the answers go, and what followed"), seen=PLANNERS)
plain("enrolment.release", "zone")
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
    kept=_("30 days"),
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
    kept=_("until it is settled, and 60 days longer"),
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
