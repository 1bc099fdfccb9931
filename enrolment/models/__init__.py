"""Public pages, applications, decisions, and invitations: how teams and people come in."""

from enrolment.models.application import (
    Application,
    ApplicationMember,
    DeclineReason,
    Outcome,
    Remoteness,
    State,
)
from enrolment.models.deciding import Criterion, Decision, DecisionRules, Letter, Release, Review, Told
from enrolment.models.invitation import VALID_FOR, Invitation
from enrolment.models.people_import import PeopleImport
from enrolment.models.site import ContactNote, Interest, PageKey, SitePage, SiteVersion

__all__ = [
    "VALID_FOR",
    "Application",
    "ApplicationMember",
    "ContactNote",
    "Criterion",
    "Decision",
    "DecisionRules",
    "DeclineReason",
    "Interest",
    "Invitation",
    "Letter",
    "Outcome",
    "PageKey",
    "PeopleImport",
    "Release",
    "Remoteness",
    "Review",
    "SitePage",
    "SiteVersion",
    "State",
    "Told",
]
