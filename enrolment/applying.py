"""Verbs of an application: begin, keep what is typed, send, withdraw, come back.

What is typed stands in ``Application.typed``, step by step, wrong answers included; the columns hold what was sent, and
change only when it is sent again. Two editors of one step are told of each other, those of different steps are not.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.line import today_in
from collaborative.models import Circle, Cohort, Position, Role, Takes
from core import time as clocks
from core.refusals import Overtaken, Refused
from enrolment import application_links, composition, consent, sponsoring, windows
from enrolment.composition import Finding, Somebody
from enrolment.deciding import held, still_told, told_now
from enrolment.models import Application, ApplicationMember, Outcome, State
from notifications import services as notifications

STEPS: Final = ("contact", "place", "team", "people", "welcome", "send")
# Of a cohort that takes people on their own: one person, no partner, no sponsor.
STEPS_ALONE: Final = ("contact", "place", "alone", "send")
MOST_BYTES: Final = 64_000
WELCOME: Final = ("support_name", "support_phone", "support_when", "partner_hours", "recognition", "access_help")
_CONTACT: Final = ("contact_name", "contact_email", "language")


def steps_of(cohort: Cohort) -> tuple[str, ...]:
    """Return the steps of the form, in their order."""
    return STEPS_ALONE if cohort.takes == Takes.PEOPLE else STEPS


# ---------------------------------------------------------------- when


def window_of(cohort: Cohort, *, now: dt.datetime | None = None) -> windows.Window:
    """Return where the form of ``cohort`` stands now. How many teams it has does not count: a full one has a waiting list."""
    return windows.window(cohort, today_in(cohort, now), teams=0)


def takes_applications(cohort: Cohort, *, now: dt.datetime | None = None) -> bool:
    """Return whether an application to ``cohort`` can be begun, changed and sent now."""
    return window_of(cohort, now=now).takes


def deadline(cohort: Cohort) -> dt.datetime | None:
    """Return the moment at which the last day of applying ends on the cohort's clock, None where no day is set."""
    last = windows.closes_on(cohort)
    if last is None:
        return None
    return clocks.forward_utc(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()), cohort.time_zone)


def may_be_changed(application: Application, *, now: dt.datetime | None = None) -> bool:
    """Return whether it can still be changed and sent: before the deadline, not withdrawn, no letter on its way.

    What is decided and told to nobody does not show here.
    """
    return (
        application.state != State.WITHDRAWN
        and takes_applications(application.cohort, now=now)
        and (application.outcome == Outcome.OPEN or not still_told().filter(application=application).exists())
    )


def _must_be_open(application: Application) -> None:
    if application.state == State.WITHDRAWN:
        raise Refused(_("This application was withdrawn. Take that back first."))
    if not may_be_changed(application):
        raise Refused(_("The last day of applying has passed. Your words are kept, and nothing more can be sent."))


# ---------------------------------------------------------------- begin


@transaction.atomic
def begin(*, cohort: Cohort, contact_name: str, contact_email: str, language: str) -> Application:
    """Begin an application and plan the mail with its link. Refuses a cohort that takes none now."""
    if not takes_applications(cohort):
        raise Refused(_("Applications are not taken now."))
    address = contact_email.strip().lower()
    if not application_links.may_be_written_to(address):
        raise Refused(_("That was asked often in the last hour. Try again later."), field="contact_email")
    row = Application.objects.create(
        cohort=cohort, contact_name=contact_name, contact_email=address, language=language, team_language=language
    )
    record("application.begun", row, cohort_id=cohort.pk)
    application_links.mail(row)
    return row


def mark_of(row: Application) -> str:
    """Return what is kept of an application under the key of the form that began it: no link, and nothing that makes one."""
    return f"/{row.pk}/{row.version}"


def begun(mark: str) -> Application | None:
    """Return the application that a form began, None once its links are older ones: another mailbox has it now, or nobody."""
    _slash, pk, version = mark.split("/")
    return Application.objects.select_related("cohort").filter(pk=pk, version=int(version)).first()


@transaction.atomic
def mail_links(*, cohort: Cohort, email: str) -> None:
    """Mail the links of this address's applications to ``cohort`` once more, the five newest. Tells nobody whether there are any."""
    rows = Application.objects.select_related("cohort").filter(cohort=cohort, contact_email__iexact=email.strip())
    if rows.exists() and application_links.may_be_written_to(email):
        for row in rows.order_by("-created_at")[:5]:
            application_links.mail(row)


# ---------------------------------------------------------------- what is typed


@dataclasses.dataclass(frozen=True)
class Kept:
    """What stands in one step of the form: as a browser sends it, since which edit, and from which page it came."""

    words: dict[str, list[str]]
    at: int
    page: str = ""


def kept(application: Application, step: str) -> Kept | None:
    """Return what was typed in a step since it was sent last, None where nothing was."""
    found = application.typed.get("steps", {}).get(step)
    return Kept(found["words"], found["at"], found.get("page", "")) if found else None


def version_of(application: Application, step: str) -> int:
    """Return the edit at which a step stands: a form that was drawn from another one is overtaken."""
    found = kept(application, step)
    return found.at if found else application.typed.get("base", 0)


def has_unsent(application: Application) -> bool:
    """Return whether something was typed since it was sent."""
    return bool(application.typed.get("steps"))


@transaction.atomic
def keep(
    *, application: Application, step: str, words: dict[str, list[str]], version: int, page: str, auto: bool = False
) -> int:
    """Keep what is typed in a step, right or wrong. Returns the step's version now.

    Raises Overtaken (with what stands, None = what was sent) where somebody else saved this step since it was drawn. The
    same page may save over what it kept itself while somebody typed on; what it keeps by itself (``auto``) never comes
    over anything newer. After the deadline words are kept as well, and stay unsent.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=application.pk)
    if row.state == State.WITHDRAWN:
        raise Refused(_("This application was withdrawn. Take that back first."))
    now, stands = kept(row, step), version_of(row, step)
    if now and now.words == words:
        return _seen(application, row, stands)
    own = bool(page) and now is not None and now.page == page and not auto
    if version != stands and not own:
        raise Overtaken(now)
    typed = {**row.typed, "steps": {**row.typed.get("steps", {})}}
    typed["steps"][step] = {"words": words, "at": row.edited + 1, "page": page}
    # Planners are told how many typed on after the last day (decision_day.funnel).
    typed.pop("late", None)
    if not takes_applications(row.cohort):
        typed["late"] = True
    if len(json.dumps(typed)) > MOST_BYTES:
        raise Refused(_("This is more text than an application holds. Shorten it, then save again."))
    row.typed, row.edited, row.edited_at = typed, row.edited + 1, timezone.now()
    row.save(update_fields=["typed", "edited", "edited_at"])
    return _seen(application, row, row.edited)


def _seen(application: Application, row: Application, version: int) -> int:
    """Let the caller's row show what stands now."""
    application.typed, application.edited, application.edited_at = row.typed, row.edited, row.edited_at
    return version


@transaction.atomic
def set_contact(*, application: Application, contact_name: str, contact_email: str, language: str) -> None:
    """Say who writes the application. Another address makes every link before this moment an older one, and gets a new one."""
    row = Application.objects.select_for_update().get(pk=application.pk)
    _set_contact(row, contact_name, contact_email, language)
    for name in (*_CONTACT, "version", "confirmed_at"):
        setattr(application, name, getattr(row, name))


def _set_contact(row: Application, name: str, email: str, language: str) -> None:
    address, moved = email.strip().lower(), False
    if address != row.contact_email:
        if not (application_links.may_move(row) and application_links.may_be_written_to(address)):
            raise Refused(_("That was asked often in the last hour. Try again later."), field="contact_email")
        row.version, row.confirmed_at, moved = row.version + 1, None, True
    row.contact_name, row.contact_email, row.language = name, address, language
    row.save(update_fields=[*_CONTACT, "version", "confirmed_at"])
    if moved:
        record("application.contact_changed", row, cohort_id=row.cohort_id)
        notifications.void(row, reason="superseded")
        application_links.mail(row)


# ---------------------------------------------------------------- the check


def findings(
    cohort: Cohort, *, people: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], application: Application
) -> list[Finding]:
    """Return what there is to say about who is in the team, from what was answered; nothing for people on their own."""
    if cohort.takes == Takes.PEOPLE:
        return []
    sponsor = str(answers.get("sponsor_email") or "")
    return composition.check(
        [Somebody(str(one.get("position") or ""), str(one.get("role") or "")) for one in people],
        rule=composition.rule_of(cohort.programme.composition),
        today=today_in(cohort),
        looking_until=answers.get("partner_looking_until"),
        welcome_ready=welcome_is_ready(answers),
        sponsor_named=bool(sponsor),
        sponsor_said=application.sponsor_said if sponsor.lower() == application.sponsor_email.lower() else "",
    )


def welcome_is_ready(answers: Mapping[str, Any]) -> bool:
    """Return whether the four things that a partner is promised are all said."""
    return all(answers.get(name) not in (None, "") for name in WELCOME)


def welcome_of(application: Application) -> dict[str, Any]:
    """Return the partner's welcome as ``collaborative.PartnerWelcome`` takes it."""
    return {
        "support_name": application.support_name,
        "support_phone": application.support_phone,
        "support_when": application.support_when,
        "hours": application.partner_hours,
        "recognition": application.recognition,
        "access_help": application.access_help,
        "looking_until": application.partner_looking_until,
    }


# ---------------------------------------------------------------- send, withdraw, come back


@transaction.atomic
def send(
    *,
    application: Application,
    edited: int,
    answers: Mapping[str, Any],
    people: Sequence[Mapping[str, Any]],
    wrong: Collection[str],
    keep_for_next: bool = False,
) -> None:
    """Send the application, or what was changed in it: what was typed becomes what it says.

    ``answers`` and ``people`` are those of the forms, read from the row at its edit ``edited``; ``wrong`` are the steps in
    which something cannot be read. Refuses after the deadline, where somebody typed on meanwhile, and where anything is
    missing or wrong. Sent again, it keeps the hour of the first time.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=application.pk)
    if row.state == State.SUBMITTED and row.edited > edited and not has_unsent(row):
        return  # the same press, come twice
    _must_be_open(row)
    if row.edited != edited:
        raise Refused(_("Somebody changed this application a moment ago. Read it again, then send it."))
    if wrong or composition.blocks(findings(row.cohort, people=people, answers=answers, application=row)):
        raise Refused(_("Something is still missing. It stands above, each with the way to it."))
    _set_contact(row, answers["contact_name"], answers["contact_email"], answers["language"])
    sponsoring.name(row, answers)
    for name, value in answers.items():
        if name not in _CONTACT and name not in sponsoring.FACTS:
            setattr(row, name, value)
    first = row.state != State.SUBMITTED
    row.team_name = row.team_name or _called(row)
    row.state, row.submitted_at = State.SUBMITTED, row.submitted_at or timezone.now()
    row.consent_version, row.consented_at = consent.now().version, timezone.now()
    row.keep_for_next, row.edited, row.edited_at = keep_for_next, row.edited + 1, timezone.now()
    row.typed = {"base": row.edited}
    row.save()
    _write_people(row, people)
    record("application.sent" if first else "application.sent_again", row, cohort_id=row.cohort_id, people=len(people))
    # Asked too often already: the applicant can ask later, from the step.
    unasked = row.sponsor_email and row.sponsor_asked_at is None
    if unasked and sponsoring.may_ask(row) and sponsoring.may_be_written_to(row.sponsor_email):
        sponsoring.ask(row)
    application_links.mail(row, kind="enrolment/application-sent")


def _called(row: Application) -> str:
    """Return the name of a team that has none of its own."""
    if row.cohort.takes == Takes.PEOPLE:
        return row.contact_name
    return f"{row.organisation}, {row.unit}"[:160]


def _write_people(row: Application, people: Sequence[Mapping[str, Any]]) -> None:
    row.members.all().delete()
    ApplicationMember.objects.bulk_create(
        ApplicationMember(application=row, ordinal=ordinal, **one) for ordinal, one in enumerate(people, start=1)
    )


def alone(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the one person of an application that has no team."""
    position = str(answers.get("position") or Position.OTHER)
    return [
        {
            "name": answers.get("contact_name", ""),
            "email": answers.get("contact_email", ""),
            "position": position,
            "role": Role.PARTNER.value if position == Position.PARTNER else Role.LEAD.value,
            "title": answers.get("title", ""),
            "circle": Circle.CORE.value,
            "language": answers.get("language", ""),
        }
    ]


@transaction.atomic
def withdraw(*, application: Application) -> None:
    """Take an application back: the sponsor's link is dead. Until the deadline it can be brought back."""
    row = Application.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=application.pk)
    if row.state == State.WITHDRAWN:
        return
    if held().filter(application=row).exists():
        raise Refused(_("A letter to you is about to leave. Wait for it, then answer."))
    told = outcome_told(row)
    if told == Outcome.ACCEPT:
        raise Refused(_("Your team is accepted already. Write to the planning team if you cannot take part."))
    if not told:
        # What was decided about it and told to nobody falls away.
        row.outcome, row.decline_reason, row.outcome_reason = Outcome.OPEN, "", ""
    row.wait_place = None
    row.submitted_at = row.submitted_at or timezone.now()
    row.state, row.withdrawn_at = State.WITHDRAWN, timezone.now()
    row.sponsor_version += 1
    row.save(
        update_fields=[
            "state", "withdrawn_at", "submitted_at", "sponsor_version", "outcome", "decline_reason", "outcome_reason",
            "wait_place",
        ]
    )  # fmt: skip
    record("application.withdrawn", row, cohort_id=row.cohort_id)
    notifications.void(row, reason="withdrawn")
    application_links.mail(row, kind="enrolment/application-withdrawn")


@transaction.atomic
def come_back(*, application: Application) -> None:
    """Bring a withdrawn application back as it was. Refuses after the deadline."""
    row = Application.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=application.pk)
    if row.state != State.WITHDRAWN:
        return
    if not takes_applications(row.cohort):
        raise Refused(_("The last day of applying has passed: write to the planning team."))
    sent = bool(row.consented_at)
    row.state, row.withdrawn_at = State.SUBMITTED if sent else State.DRAFT, None
    row.submitted_at = row.submitted_at if sent else None
    row.save(update_fields=["state", "withdrawn_at", "submitted_at"])
    record("application.brought_back", row, cohort_id=row.cohort_id)
    notifications.void(row, reason="superseded")


@transaction.atomic
def keep_for_next(*, application: Application, wanted: bool) -> None:
    """Say whether the application may be kept for the next cohort."""
    if Application.objects.filter(pk=application.pk).exclude(keep_for_next=wanted).update(keep_for_next=wanted):
        record("application.kept_for_next", application, cohort_id=application.cohort_id, wanted=wanted)


def outcome_told(application: Application) -> str:
    """Return the outcome as its letter told it, "" while nothing was told."""
    last = told_now().filter(application=application).order_by("-release__release_at", "-created_at").first()
    return last.outcome if last else ""


@transaction.atomic
def ask_sponsor(*, application: Application, sponsor_name: str, sponsor_email: str, sponsor_title: str = "") -> None:
    """Mail the sponsor the link to one question. Asked again, the link before is dead. Refuses without a name and address."""
    row = Application.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=application.pk)
    _must_be_open(row)
    if not (sponsor_name and sponsor_email):
        raise Refused(_("Write the sponsor's name and e-mail address first."), field="sponsor_email")
    address = sponsor_email.strip().lower()
    if not (sponsoring.may_ask(row) and sponsoring.may_be_written_to(address)):
        raise Refused(_("That was asked often in the last hour. Try again later."), field="sponsor_email")
    answers = {"sponsor_name": sponsor_name, "sponsor_email": address, "sponsor_title": sponsor_title}
    sponsoring.name(row, answers)
    if row.sponsor_asked_at is not None:
        row.sponsor_version += 1
        row.sponsor_said, row.sponsor_said_at = "", None
    sponsoring.ask(row)
    for name in (*sponsoring.FACTS, "sponsor_version", "sponsor_asked_at", "sponsor_said", "sponsor_said_at"):
        setattr(application, name, getattr(row, name))
