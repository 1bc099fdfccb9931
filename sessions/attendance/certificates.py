"""Certificates: who has earned one by the programme's rule, giving them, checking one by its code, taking one back.

What counts are the learning sessions, webinars and congresses that were held. Hours are theirs, each whole: for how many
minutes somebody was there is known of some and not of others, and whoever sat beside a colleague must not get less than who
pressed Join.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import secrets
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.cards import LETTERS, tidy
from audit.services import record, record_many
from collaborative.line import today_in
from collaborative.models import TEAM_ROLES, Cohort, Membership
from core import pdf
from core.places import sort_key
from core.refusals import Refused
from core.time import day
from jobs import kinds as jobs_kinds
from jobs import services as jobs
from jobs.models import Job
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions.attendance.programme_rules import rules_of
from sessions.models import Attendance, Certificate, CertificateFor, Followed, LearningSession, SessionRules
from sessions.querysets import sessions_that_count

KIND: Final = "sessions/certificates"
CODE_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Earned:
    """At which sessions somebody was, and how many hours these had; ``later``: the keys of those only gone through later."""

    person: Any
    held: list[LearningSession]
    later: frozenset

    @property
    def sessions(self) -> int:
        return len(self.held)

    @property
    def hours(self) -> Decimal:
        return hours_of(self.held)

    @property
    def printed(self) -> list[list]:
        """Return what a certificate says of each session: its two titles, its day, and whether it was gone through later."""
        return [[one.title_en, one.title_fr, one.day.isoformat(), one.pk in self.later] for one in self.held]

    def is_enough(self, rules: SessionRules) -> bool:
        """Return whether a certificate is given for that."""
        has = self.sessions if rules.certificate_for == CertificateFor.SESSIONS else self.hours
        return has >= rules.certificate_least


def attended(cohort: Cohort, rules: SessionRules, *, people: Collection | None = None) -> list[Earned]:
    """Return for everybody who has been in a team of the cohort how much they attended, by name.

    Whoever went through a session later is counted where the programme says so. Four statements for any number of people.
    """
    now = timezone.now()
    held = {one.pk: one for one in sessions_that_count(cohort) if one.ends_at <= now}
    roles = Membership.objects.filter(team__cohort=cohort, role__in=TEAM_ROLES, user__is_active=True)
    if people is not None:
        roles = roles.filter(user__in=people)
    persons = {role.user_id: role.user for role in roles.select_related("user")}
    at: dict[Any, set] = {key: set() for key in persons}
    later: dict[Any, set] = {key: set() for key in persons}
    for person, one in (
        Attendance.objects.filter(learning_session__in=held, person__in=persons)
        .counted()
        .values_list("person", "learning_session")
    ):
        at[person].add(one)
    if rules.catching_up_counts:
        followed = Followed.objects.filter(learning_session__in=held, person__in=persons)
        for person, one in followed.values_list("person", "learning_session"):
            later[person].add(one)
    return [
        Earned(
            person,
            [one for one_key, one in held.items() if one_key in at[key] | later[key]],
            frozenset(later[key] - at[key]),
        )
        for key, person in sorted(persons.items(), key=lambda item: sort_key(item[1].name))
    ]


def hours_of(held: Collection[LearningSession]) -> Decimal:
    """Return how many hours these sessions have, to a tenth."""
    return (Decimal(sum(one.minutes for one in held)) / 60).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Batch:
    """Certificates that were given in one press, while their mails have not left: they can be taken back in one, too."""

    at: dt.datetime
    rows: list[Certificate]

    @property
    def until(self) -> dt.datetime:
        return self.at + dt.timedelta(seconds=settings.UNDO_SECONDS)

    @property
    def key(self) -> str:
        return self.at.isoformat()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cohort stands: valid certificates, those taken back, and who has earned one and has none."""

    rules: SessionRules
    given: list[Certificate]
    taken_back: list[Certificate]
    due: list[Earned]
    # Those given in one press a moment ago, the latest press first.
    fresh: list[Batch]
    # Of those given, whose person is called otherwise now; of those taken back, what a planner may give anew.
    renamed: list[Certificate]
    again: list[Certificate]

    @property
    def mark(self) -> str:
        """Return a mark of who is owed one for what: whoever presses has seen just these."""
        told = sorted(f"{one.person.pk} {one.sessions} {one.hours}" for one in self.due)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def standing_of(cohort: Cohort) -> Standing:
    """Return the certificates of a cohort and who is owed one. Who had theirs taken back is not owed another by itself."""
    rules = rules_of(cohort.programme_id)
    found = Certificate.objects.filter(cohort=cohort).select_related("person").order_by("created_at")
    rows = sorted(found, key=lambda row: sort_key(row.name))
    earned = [one for one in attended(cohort, rules) if one.is_enough(rules)]
    had, entitled = {row.person_id for row in rows}, {one.person.pk for one in earned}
    given, taken_back = [row for row in rows if not row.revoked_at], [row for row in rows if row.revoked_at]
    latest = {row.person_id: row for row in sorted(taken_back, key=lambda row: row.revoked_at or row.created_at)}
    for row in given:
        latest.pop(row.person_id, None)
    return Standing(
        rules,
        given,
        taken_back,
        due=[one for one in earned if one.person.pk not in had],
        fresh=_fresh(given, apart={row.person_id for row in taken_back}),
        renamed=[row for row in given if row.name != _name_on(row.person)],
        again=[row for row in latest.values() if row.person_id in entitled],
    )


def _fresh(given: Collection[Certificate], *, apart: Collection) -> list[Batch]:
    """Return what was given a moment ago, press by press; of those ``apart`` each was given by itself."""
    since = timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS)
    batches: dict[dt.datetime, list[Certificate]] = {}
    for row in given:
        if row.created_at > since and row.person_id not in apart:
            batches.setdefault(row.created_at, []).append(row)
    return [Batch(at, batches[at]) for at in sorted(batches, reverse=True)]


@transaction.atomic
def give(*, cohort: Cohort, by, seen: str | None = None) -> int:
    """Give everybody who has earned one their certificate. Returns how many were given; pressed again, nobody gets a second.

    They hear of it once UNDO_SECONDS have passed. Raises Refused where others have earned one than those of the mark ``seen``.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    standing = standing_of(cohort)
    if standing.due and seen is not None and seen != standing.mark:
        raise Refused(_("Who has earned one has changed in the meantime. Look once more, then press again."))
    due, on, now = standing.due, today_in(cohort), timezone.now()
    made = Certificate.objects.bulk_create(
        Certificate(
            cohort=cohort,
            person=one.person,
            name=_name_on(one.person),
            code=_new_code(),
            sessions=one.sessions,
            hours=one.hours,
            counted=one.printed,
            given_on=on,
            by=by,
            created_at=now,
        )
        for one in due
    )
    _tell_of(made, cohort, by)
    return len(made)


@transaction.atomic
def take_back_together(*, cohort: Cohort, key: str, by) -> int:
    """Take back all that one press gave, before anybody heard of it, as if it had not been; ``key`` is the batch's.

    Returns how many these were; twice is the same as once. Raises Refused once their mails leave.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    standing = standing_of(cohort)
    batch = next((one for one in standing.fresh if one.key == key), None)
    if batch is None:
        if any(row.created_at.isoformat() == key for row in (*standing.given, *standing.taken_back)):
            raise Refused(_("The mails of these have left. Each can still be taken back by itself."))
        return 0
    notifications.void_each(batch.rows, "taken_back", by=by)
    if _told_of(batch.rows):
        raise Refused(_("The mails of these have left. Each can still be taken back by itself."))
    record_many("certificate.ungiven", batch.rows, by=by, cohort_id=cohort.pk)
    # Only what was asked for since can hold them.
    Job.objects.filter(kind=KIND, params__cohort=str(cohort.pk), created_at__gte=batch.at).delete()
    return Certificate.objects.filter(pk__in=[row.pk for row in batch.rows]).delete()[0]


def _told_of(rows: Collection[Certificate]) -> bool:
    """Return whether a mail about one of these has left, or is just leaving."""
    left = (states.SENDING, states.UNCERTAIN, states.SENT)
    return PlannedMessage.objects.filter(source_id__in=[str(row.pk) for row in rows], state__in=left).exists()


@transaction.atomic
def give_again(*, certificate: Certificate, by) -> Certificate:
    """Give the person of a certificate a new one, with a new code and the name of today, and write to them. Returns it.

    One that was taken back is given anew where it is earned as attendance stands now. One that holds is taken back where
    the name on it is not the person's any more; for what it was given stays. Raises Refused otherwise.
    """
    cohort = Cohort.objects.select_for_update().get(pk=certificate.cohort_id)
    person, rules = certificate.person, rules_of(cohort.programme_id)
    valid = Certificate.objects.filter(cohort=cohort, person=person, revoked_at=None).first()
    if valid is not None:
        if valid.name == _name_on(person):
            raise Refused(_("This person has a certificate with this name already."))
        revoke(certificate=valid, reason=_("The name was corrected; a new one was given."), by=by)
        sessions, hours, counted = valid.sessions, valid.hours, valid.counted
    else:
        earned = next(iter(attended(cohort, rules, people=[person])), None)
        if earned is None or not earned.is_enough(rules):
            raise Refused(_("By the rules of this programme this person has not earned one."))
        sessions, hours, counted = earned.sessions, earned.hours, earned.printed
    made = Certificate.objects.create(
        cohort=cohort,
        person=person,
        name=_name_on(person),
        code=_new_code(),
        sessions=sessions,
        hours=hours,
        counted=counted,
        given_on=today_in(cohort),
        by=by,
    )
    _tell_of([made], cohort, by)
    return made


def _tell_of(made: Collection[Certificate], cohort: Cohort, by) -> None:
    due = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS)
    notifications.plan_each(
        (row, 1, Wanted(kind="sessions/certificate", to=row.person, due=due, scope=cohort)) for row in made
    )
    record_many("certificate.given", made, by=by, cohort_id=cohort.pk)


def _name_on(person) -> str:
    return person.name[:120]


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


def printed(code: str) -> str:
    """Return a code in groups of four, as it stands on paper."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by) -> None:
    """Take a certificate back: whoever checks its code is told so. Taken back twice, the first time holds."""
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if row.revoked_at:
        return
    row.revoked_at, row.revoke_reason = timezone.now(), reason
    row.save(update_fields=["revoked_at", "revoke_reason"])
    # Files in which it lies are made anew by whoever wants one.
    Job.objects.filter(kind=KIND, params__cohort=str(row.cohort_id), ended_at__isnull=False).delete()
    notifications.void(row, "taken_back", by=by)
    record("certificate.taken_back", row, by=by)


def found_by(code: str) -> Certificate | None:
    """Return the certificate with this code, as somebody typed it; None for none."""
    plain = tidy(code)
    if len(plain) != CODE_LENGTH:
        return None
    return Certificate.objects.select_related("cohort__programme").filter(code=plain).first()


# ---------------------------------------------------------------- whose they are


def _known_to(user):
    """Return the valid certificates of a person, but for those that they have not heard of: these may be taken back."""
    since = timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS)
    return Certificate.objects.filter(person=user, revoked_at=None, created_at__lte=since)


def certificates_of(user):
    """Return the valid certificates of a person, the latest first."""
    return _known_to(user).select_related("cohort__programme").order_by("-given_on", "-created_at")


def certificates_seen_by(user):
    """Return the certificates that this person may open: their own, and those of the cohorts that they plan."""
    planned = Certificate.objects.filter(cohort__in=Cohort.objects.run_by(user))
    return (planned | _known_to(user)).select_related("cohort__programme", "person")


def certificates_in(cohort: Cohort):
    """Return the certificates of a cohort."""
    return Certificate.objects.filter(cohort=cohort).select_related("person")


def holders(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, certificate's key), as two keys, where it is the person's and valid."""
    rows = Certificate.objects.filter(pk__in={key for _user, key in asked}, revoked_at=None)
    valid = {(person, str(key)) for key, person in rows.values_list("pk", "person")}
    return {(user.pk, key) for user, key in asked if (user.pk, key) in valid}


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the certificates that hold, each in its only version."""
    return {
        str(pk): 1 for pk in Certificate.objects.filter(pk__in=source_ids, revoked_at=None).values_list("pk", flat=True)
    }


# ---------------------------------------------------------------- on paper


def document(certificate: Certificate) -> bytes:
    """Return a certificate as a PDF in the language of whose it is."""
    with override(certificate.person.language):
        return pdf.make("sessions/certificate.typ", facts_of(certificate), lang=certificate.person.language)


def facts_of(certificate: Certificate) -> dict[str, Any]:
    """Return what stands on a certificate, in the language of now."""
    lang, hours = certificate.person.language, certificate.hours
    n = certificate.sessions
    told = {"sessions": ngettext("%(n)s session", "%(n)s sessions", n) % {"n": n}}
    shown = str(hours.normalize() if hours != int(hours) else int(hours))
    told["hours"] = ngettext("%(n)s hour", "%(n)s hours", _many(hours, lang)) % {
        "n": shown.replace(".", "," if lang == "fr" else ".")
    }
    return {
        "title": _("Certificate of participation"),
        "name": certificate.name,
        "took_part": _("took part in %(sessions)s, %(hours)s in all, of") % told,
        "series": certificate.cohort.programme.name,
        "cohort": certificate.cohort.name,
        "counted": [
            [day(dt.date.fromisoformat(on), lang, weekday=False, year=True), _session(fr if lang == "fr" else en, later)]
            for en, fr, on, later in certificate.counted
        ],
        "given": _("Given on %(day)s by the planning team of") % {"day": day(certificate.given_on, lang, weekday=False, year=True)},
        "by": certificate.cohort.programme.name,
        "contact": certificate.cohort.contact,
        "heads": {"day": _("Date"), "session": _("Session"), "check": _("Check it by this code")},
        "check": settings.SITE_URL + reverse("certificate_check"),
        "code": printed(certificate.code),
    }  # fmt: skip


def _session(title: str, later: bool) -> str:
    return _("%(title)s (followed it later)") % {"title": title} if later else title


def _many(hours: Decimal, lang: str) -> int:
    """Return a whole number that takes the same form of the word: in French one and a half is still one."""
    return int(hours) if lang == "fr" else 1 if hours == 1 else 2


def file_name(certificate: Certificate) -> str:
    """Return what its file is called."""
    return f"{slugify(certificate.name) or 'certificate'}-{certificate.code[:4].lower()}.pdf"


def ask_for_all(*, cohort: Cohort, by) -> Job:
    """Ask a worker for all valid certificates of a cohort in one file. Refuses where there is none."""
    if not certificates_in(cohort).filter(revoked_at=None).exists():
        raise Refused(_("No certificate has been given in this cohort yet."))
    return jobs.ask_for(KIND, by=by, cohort=str(cohort.pk), programme=str(cohort.programme_id))


def run(job: Job, progress) -> jobs_kinds.Result:
    """Make the file that ``ask_for_all`` asked for: one PDF for each person, in their language."""
    cohort = Cohort.objects.run_by(job.by).filter(pk=job.params["cohort"]).first()
    if cohort is None:
        raise Refused(_("You do not plan this cohort any more."))
    rows = list(certificates_in(cohort).filter(revoked_at=None).select_related("cohort__programme", "person"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, row in enumerate(rows):
            progress(done, len(rows))
            archive.writestr(file_name(row), document(row))
    return jobs_kinds.Result(
        report={"given": len(rows)}, file=out.getvalue(), name="certificates.zip", type="application/zip"
    )


def title_of(job: Job) -> str:
    """Return what the work is called in "My files"."""
    return _("Certificates of a cohort")


def forget(user) -> None:
    """Take away the certificates of a person, and the files in which one of them lies."""
    cohorts = Certificate.objects.filter(person=user).values_list("cohort", flat=True)
    Job.objects.filter(kind=KIND, params__cohort__in=[str(one) for one in cohorts]).delete()
    Certificate.objects.filter(person=user).delete()
    Certificate.objects.filter(by=user).update(by=None)
