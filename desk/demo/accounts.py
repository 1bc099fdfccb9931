"""The demo people whom one can be: on the sign-in page with one press, and in two files for scripts."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import cards
from accounts.models import MemberCard, User
from collaborative import not_this_week
from collaborative.querysets import teams_of
from desk.demo import speaking
from desk.demo.marks import demo_id, is_demo, marked
from desk.demo.people import SPONSORS as _SPONSORS
from desk.demo.people import STAFF, TEAM_PEOPLE, Somebody
from desk.demo.populate import PASSWORD
from enrolment import application_links, links, printed_card
from enrolment.models import Application, Invitation, State
from improvement import number_link
from improvement.numbers_due import SOURCE as NUMBERS
from improvement.weeks import day_at, monday_of
from notifications import kinds, stopping, tokens
from notifications.models import Channel, PlannedMessage
from notifications.wording import STOP
from sessions.calendars import feeds
from sessions.models import Appearance, LearningSession, SessionKind
from sessions.room import personal_links
from sessions.speaking import links as speaker_links

ACCOUNTS_FILE, LINKS_FILE = "demo-accounts.json", "demo-links.json"
FILES = (ACCOUNTS_FILE, LINKS_FILE)
# Among so many mails one is looked for that its reader has not stopped.
_LOOKED_AT = 50

# Every role that can be taken, in the order of the sign-in page: what it is called there, and its icon.
ROLES = {
    "planner": (_("Planning team"), "map-pin"),
    "coach": (_("Coach"), "heart-handshake"),
    "participant": (_("Team member"), "user-round"),
    "lead": (_("Team lead"), "users"),
    "partner": (_("Patient or care partner"), "hand-heart"),
    "sponsor": (_("Executive sponsor"), "building-2"),
    "mentor": (_("Mentor"), "compass"),
    "fellow": (_("Fellow"), "graduation-cap"),
    "stranger": (_("Somebody without a role"), "circle-question-mark"),
}


@dataclasses.dataclass(frozen=True)
class Account:
    """Somebody one can be."""

    role: str
    user: User

    def as_row(self) -> dict[str, str | None]:
        """Return the line of the file."""
        return {
            "email": self.user.email,
            "password": PASSWORD,
            "role": self.role,
            "name": self.user.name,
            "language": self.user.language,
            "time_zone": self.user.time_zone,
        }


def _offered() -> list[Somebody]:
    people = [*STAFF, *(one for rows in TEAM_PEOPLE.values() for _role, one in rows), *_SPONSORS.values()]
    return [one for one in people if one.account]


def accounts() -> list[Account]:
    """Return the accounts in the order of their roles, the planner first; nobody where the demo is not there."""
    keys = {demo_id("person", one.key): one for one in _offered()}
    users = User.objects.filter(is_active=True).in_bulk(list(keys))
    order = list(ROLES)
    found = [Account(one.account, users[key]) for key, one in keys.items() if key in users]
    return sorted(found, key=lambda account: order.index(account.role))


def one_a_role(language: str) -> list[Account]:
    """Return one account for each role, one who reads ``language`` where there is one."""
    first: dict[str, Account] = {}
    for account in accounts():
        standing = first.get(account.role)
        if standing is None or (standing.user.language != language and account.user.language == language):
            first[account.role] = account
    return list(first.values())


def find(word: str) -> User | None:
    """Return the demo person named by key, e-mail address or role, None for anybody else."""
    if is_demo(word):
        return next((one.user for one in accounts() if str(one.user.pk) == word), None)
    if "@" in word:
        return User.objects.filter(email=word.strip().lower(), is_active=True, **marked()).first()
    return next((one.user for one in accounts() if one.role == word), None)


def link_rows() -> dict[str, str]:
    """Return one working link of each kind that needs no sign-in. The card's is made anew: its code stands nowhere."""
    return {
        **_invitation_link(),
        **_application_link(),
        **_card_link(),
        **_calendar_link(),
        **_speaker_link(),
        **_join_link(),
        **_one_thing_links(),
        **_unsubscribe_link(),
    }


def _calendar_link() -> dict[str, str]:
    somebody = find("participant")
    return {"calendar_feed": feeds.address_of(feeds.make(person=somebody, by=None))} if somebody else {}


def _speaker_link() -> dict[str, str]:
    appearance = Appearance.objects.select_related("speaker").filter(pk=speaking.APPEARANCE).first()
    if appearance is None:
        return {}
    with override(appearance.speaker.language):
        path = reverse("speaker_page", args=[speaker_links.token_for(appearance)])
    return {"speaker_page": f"{settings.SITE_URL}{path}"}


def _card_link() -> dict[str, str]:
    used = MemberCard.objects.filter(revoked_at=None).exclude(pin_hash="").values("user")
    somebody = User.objects.filter(email=None, is_active=True, **marked()).exclude(pk__in=used).order_by("pk").first()
    if somebody is None:
        return {}
    _card, code = cards.issue(user=somebody, by=None)
    return {"member_card": f"{printed_card.address(somebody.language)}#{code}"}


def _invitation_link() -> dict[str, str]:
    waiting = Invitation.objects.waiting().filter(**marked("person")).select_related("person")
    invitation = waiting.order_by("created_at", "pk").first()
    if invitation is None:
        return {}
    token = links.token_for(invitation.pk, invitation.version, mailed_to=invitation.person.email)
    with override(invitation.person.language):
        path = reverse("invitation", args=[token])
    return {"invitation": f"{settings.SITE_URL}{path}"}


def _application_link() -> dict[str, str]:
    begun = Application.objects.filter(state=State.DRAFT, **marked()).order_by("created_at", "pk").first()
    if begun is None:
        return {}
    with override(begun.language):
        path = reverse("application", args=[application_links.token_for(begun, mailed=True)])
    return {"application": f"{settings.SITE_URL}{path}"}


def _join_link() -> dict[str, str]:
    """Return the link to the next drop-in hour of somebody who is in a team."""
    ahead = LearningSession.objects.filter(kind=SessionKind.DROP_IN, **marked("cohort")).not_over().first()
    person = find("participant")
    if ahead is None or person is None:
        return {}
    path = reverse("personal_join", args=[personal_links.token_for(ahead, person)])
    return {"personal_join": f"{settings.SITE_URL}{path}"}


def _one_thing_links() -> dict[str, str]:
    """Return the links with which a lead enters the number of this week, and puts it off."""
    lead = find("lead")
    team = teams_of(lead).filter(cohort__closed_at=None).first() if lead else None
    if team is None:
        return {}
    now = timezone.now()
    week = monday_of(day_at(now, team))
    number = number_link.path_for(team=team, person=lead, week=week, on=now.date())
    later = not_this_week.path_for(person=lead, task=NUMBERS, about=team.pk, week=week, on=now.date())
    return {"number_link": f"{settings.SITE_URL}{number}", "not_this_week": f"{settings.SITE_URL}{later}"}


def _unsubscribe_link() -> dict[str, str]:
    """Return the link under a mail to somebody of the demo that one can do without: of the last that left, else of the next."""
    optional = [kind.key for kind in kinds.every() if kind.importance != kinds.Importance.MUST]
    mails = PlannedMessage.objects.filter(
        kind__in=optional, channel=Channel.MAIL, recipient__is_active=True, **marked("recipient")
    )
    by_time = mails.select_related("recipient").order_by(F("sent_at").desc(nulls_last=True), "due_at", "pk")
    row = next((one for one in by_time[:_LOOKED_AT] if stopping.state_of(one) == stopping.COMES), None)
    if row is None or row.recipient is None:
        return {}
    with override(row.recipient.language):
        path = reverse("stop_mail", args=[tokens.token_of(row.pk, STOP)])
    return {"unsubscribe": f"{settings.SITE_URL}{path}"}


def write_files() -> None:
    """Write both files into the data folder, whole or not at all, for nobody but us to read."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in ((ACCOUNTS_FILE, [one.as_row() for one in accounts()]), (LINKS_FILE, link_rows())):
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        unfinished.chmod(0o600)
        unfinished.replace(folder / name)
