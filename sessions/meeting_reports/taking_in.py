"""A report of a meeting becomes attendance; who nobody recognised is asked about once, and remembered for the cohort."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort, Membership, Role
from core import sheets
from core.refusals import Refused
from core.time import wall_in
from sessions.attendance.attending import roles_at, row_for
from sessions.meeting_reports import names
from sessions.meeting_reports.merging import Participant, merge, minutes_of, union
from sessions.meeting_reports.reading import read
from sessions.models import (
    Attendance,
    AttendanceSource,
    Guest,
    LearningSession,
    MeetingReport,
    RememberedName,
    ReportedName,
    Seen,
)
from sessions.room.beside import lead_confirms

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that was taken in; ``again``: the same file had been before, and nothing has changed."""

    report: MeetingReport
    again: bool


@transaction.atomic
def take_in(*, learning_session: LearningSession, content: bytes, zone: str, by) -> Taken:
    """Read a report whose hours are those of ``zone``, and write who was there. The same file twice changes nothing.

    Refuses with a sentence what is no report, or none of this session.
    """
    # One after the other: two reports of a session write the same rows.
    LearningSession.objects.select_for_update().get(pk=learning_session.pk)
    if timezone.now() < learning_session.starts_at or learning_session.cancelled_at:
        raise Refused(_("This session has not taken place: there can be no report of it."))
    sha256 = hashlib.sha256(content).hexdigest()
    if known := MeetingReport.objects.filter(learning_session=learning_session, sha256=sha256).first():
        return Taken(known, again=True)
    told = read(sheets.read(content), near=wall_in(learning_session.starts_at, zone), zone=zone)
    everybody = merge(told.stays, start=learning_session.starts_at, end=learning_session.ends_at)
    people = [one for one in everybody if one.minutes]
    if not people:
        raise Refused(
            _(
                "Nobody in this report was there while the session took place. Is it the report of this session, and are its "
                "hours those of the place chosen below?"
            ),
            field="file",
        )
    outside = [
        (row, "no_minute" if one.inside else "outside") for one in everybody if not one.minutes for row in one.rows
    ]
    report = MeetingReport.objects.create(
        learning_session=learning_session,
        provider=told.provider,
        sha256=sha256,
        by=by,
        lines=sum(one.times for one in everybody) + len(told.unread),
        unread=sorted([list(one) for one in (*told.unread, *outside)]),
    )
    found = Known.of(learning_session)
    rows = [_reported(report, one, found) for one in people]
    ReportedName.objects.bulk_create(rows)
    _write(learning_session, rows, found.roles, by=by)
    states = [row.state for row in rows]
    record(
        "report.taken_in", report, by=by, cohort_id=learning_session.cohort_id, people=len(rows), left_open=states.count(Seen.OPEN)
    )  # fmt: skip
    return Taken(report, again=False)


def people_of(report: MeetingReport) -> int:
    """Return how many people would not have been there any more without this report."""
    learning_session = report.learning_session
    only_here = Attendance.objects.filter(learning_session=learning_session, source=AttendanceSource.REPORT)
    elsewhere = ReportedName.objects.filter(report__learning_session=learning_session, state=Seen.MATCHED).exclude(
        report=report
    )
    found = 0
    for kind in ("person", "guest"):
        said = report.names.filter(state=Seen.MATCHED, **{f"{kind}__isnull": False}).values(kind)
        others = elsewhere.filter(**{f"{kind}__isnull": False}).values(kind)
        found += only_here.filter(**{f"{kind}__in": said}).exclude(**{f"{kind}__in": others}).count()
    return found


@transaction.atomic
def take_back(*, report: MeetingReport, by) -> None:
    """Take a report back: what it alone had brought goes. What people or planners noted stays, and whom a name stands for.

    Does nothing where somebody has just taken it back. Refuses where its names are not kept any more.
    """
    learning_session = LearningSession.objects.select_for_update().get(pk=report.learning_session_id)
    # Whoever pressed at the same moment has waited for the lock: what was found before it may be gone.
    if not MeetingReport.objects.filter(pk=report.pk).exists():
        return
    rows = list(report.names.all())
    if not rows:
        raise Refused(_("The names in this report are not kept any more: nothing of it can be taken back."))
    record(
        "report.taken_back", report, by=by, cohort_id=learning_session.cohort_id, learning_session=str(learning_session.pk),
        provider=report.provider, people=len(rows),
    )  # fmt: skip
    report.delete()
    _write(learning_session, rows, roles_at(learning_session), by=by)


@dataclass(slots=True)
class Known:
    """Whom a name or an address in a report of a session may mean."""

    roles: dict
    guests: dict
    by_email: dict[str, Any]
    by_name: dict[str, list]
    remembered: dict[tuple[str, str], Any]

    @classmethod
    def of(cls, learning_session: LearningSession) -> Known:
        """Read who is expected and what was remembered: four statements."""
        roles = roles_at(learning_session)
        guests = {one.pk: one for one in Guest.objects.filter(learning_session=learning_session)}
        by_email = {
            email.lower(): ("person", user)
            for email, user in EmailAddress.objects.filter(user__in=roles, verified=True).values_list("email", "user")
        }
        by_name: dict[str, list] = {}
        for key, role in roles.items():
            if role.user.email:
                by_email[role.user.email.lower()] = ("person", key)
            by_name.setdefault(names.folded(role.user.name), []).append(("person", key))
        for key, guest in guests.items():
            by_name.setdefault(names.folded(guest.name), []).append(("guest", key))
        remembered = {
            (name, email): person
            for name, email, person in RememberedName.objects.filter(cohort=learning_session.cohort_id).values_list(
                "name", "email", "person"
            )
        }
        return cls(roles, guests, by_email, by_name, remembered)


def _reported(report: MeetingReport, one: Participant, found: Known) -> ReportedName:
    """Return the row of a participant, with whom we take them for."""
    state, found_by, whom = Seen.OPEN, "", None
    key = (names.whole(one.name), one.email)
    if key in found.remembered:
        person = found.remembered[key]
        if person is None or person in found.roles:
            state, found_by = (Seen.MATCHED if person else Seen.NOBODY), "remembered"
            whom = ("person", person) if person else None
    elif one.email in found.by_email:
        state, found_by, whom = Seen.MATCHED, "email", found.by_email[one.email]
    elif whom := names.recognised(one.name, found.by_name):
        state, found_by = Seen.MATCHED, "name"
    kind, key_of = whom or ("", None)
    return ReportedName(
        report=report,
        name=one.name,
        email=one.email,
        first_joined=one.first_joined,
        minutes=one.minutes,
        spans=[list(span) for span in one.spans],
        times=one.times,
        perhaps_two=one.perhaps_two,
        state=state,
        found_by=found_by,
        person_id=key_of if kind == "person" else None,
        guest_id=key_of if kind == "guest" else None,
    )


# ---------------------------------------------------------------- attendance that follows


def _write(learning_session: LearningSession, rows: Iterable[ReportedName], roles: Mapping, *, by) -> None:
    """Make the attendance of everybody whom ``rows`` name follow from all reports of the session."""
    people = {row.person_id for row in rows if row.person_id}
    guests = {row.guest_id for row in rows if row.guest_id}
    _follow(learning_session, "person", people, roles, by=by)
    _follow(learning_session, "guest", guests, roles, by=by)


def _follow(learning_session: LearningSession, kind: str, keys: Collection, roles: Mapping, *, by) -> None:
    """Write for each of these how long the reports say that they were there.

    Whoever is noted already stays as they are noted and only gets the minutes, and waits for no lead while a report names
    them; whom no report names any more, and only a report had named, is taken out.
    """
    if not keys:
        return
    said = minutes_said(learning_session, kind, keys)
    noted = {
        getattr(row, f"{kind}_id"): row
        for row in Attendance.objects.filter(learning_session=learning_session, **{f"{kind}__in": keys})
    }
    changed, gone, new = [], [], []
    for key in keys:
        row, minutes = noted.get(key), said.get(key)
        if row is None and minutes is not None:
            new.append(_new(learning_session, kind, key, minutes, roles, by=by))
        elif row is not None and minutes is None and row.source == AttendanceSource.REPORT:
            gone.append(row.pk)
        elif row is not None and row.minutes != minutes:
            row.minutes = minutes
            row.awaits_lead = row.awaits_lead and minutes is None
            changed.append(row)
    _wait_again(learning_session, [row for row in changed if row.minutes is None])
    Attendance.objects.bulk_create([row for row in new if row is not None], ignore_conflicts=True)
    Attendance.objects.bulk_update(changed, ["minutes", "awaits_lead"])
    Attendance.objects.filter(pk__in=gone).delete()


def _wait_again(learning_session: LearningSession, rows: Collection[Attendance]) -> None:
    """Let whom no report names any more wait for the lead as before, unless a lead has ticked or confirmed them."""
    ticked = [row for row in rows if row.source == AttendanceSource.ROOM and row.confirmed_by_id is None]
    if not ticked or not lead_confirms(learning_session):
        return
    led = Membership.objects.filter(role=Role.LEAD, team__in={row.team_id for row in ticked})
    leads = set(led.values_list("user", "team"))
    for row in ticked:
        row.awaits_lead = (row.by_id, row.team_id) not in leads


def _new(learning_session: LearningSession, kind: str, key, minutes: int, roles: Mapping, *, by) -> Attendance | None:
    if kind == "guest":
        guest = Guest.objects.get(pk=key)
        return Attendance(
            learning_session=learning_session,
            guest=guest,
            team_id=guest.team_id,
            role=Role.PARTICIPANT,
            source=AttendanceSource.REPORT,
            minutes=minutes,
            by=by,
        )
    role = roles.get(key)
    return role and row_for(learning_session, role, source=AttendanceSource.REPORT, by=by, minutes=minutes)


def minutes_said(learning_session: LearningSession, kind: str, keys: Collection) -> dict:
    """Return for how many minutes all reports of a session together say that each was there; no minute counts twice."""
    named = ReportedName.objects.filter(
        report__learning_session=learning_session, state=Seen.MATCHED, **{f"{kind}__in": keys}
    )
    spans: dict = {}
    told: dict = {}
    for key, some, minutes in named.values_list(kind, "spans", "minutes"):
        spans.setdefault(key, []).extend((first, last) for first, last in some)
        told[key] = max(told.get(key, 0), 0 if some else minutes)
    return {
        key: int(min(max(minutes_of(union(some)), told[key]), learning_session.minutes) + 0.5)
        for key, some in spans.items()
    }


# ---------------------------------------------------------------- who is this?


@transaction.atomic
def settle(*, report: MeetingReport, answers: Mapping[uuid.UUID, str], by) -> int:
    """Say whom names of a report stand for: a person's key, "guest:" and a guest's, or ``NOBODY``. Returns how many were.

    The answer is remembered for the cohort, and settles the same name in its other reports that still ask.
    """
    learning_session = LearningSession.objects.select_for_update().get(pk=report.learning_session_id)
    found = Known.of(learning_session)
    rows = {row.pk: row for row in report.names.filter(pk__in=[key for key, said in answers.items() if said])}
    done = 0
    for key, row in rows.items():
        kind, whom = _whom(answers[key], found)
        before = ReportedName(person_id=row.person_id, guest_id=row.guest_id)
        row.state = Seen.MATCHED if whom else Seen.NOBODY
        row.person_id, row.guest_id = (whom if kind == name else None for name in ("person", "guest"))
        row.found_by = "planner"
        row.save(update_fields=["state", "person", "guest", "found_by"])
        _write(learning_session, [before, row], found.roles, by=by)
        if kind != "guest" and (row.name or row.email):
            _remember(learning_session, row, by=by)
        done += 1
    if done:
        record("report.names_settled", report, by=by, cohort_id=learning_session.cohort_id, names=done)
    return done


def _whom(said: str, found: Known) -> tuple[str, Any]:
    """Return ("person" or "guest", the key), or ("", None) for nobody. Refuses whoever was not expected."""
    if said == NOBODY:
        return "", None
    kind, _colon, text = said.rpartition(":")
    kind = kind or "person"
    for key in found.guests if kind == "guest" else found.roles:
        if str(key) == text:
            return kind, key
    raise Refused(_("This person was not expected at this session. Choose again."))


def _remember(learning_session: LearningSession, row: ReportedName, *, by) -> None:
    """Keep whom a name stands for, and settle it in the cohort's other reports."""
    name = names.whole(row.name)
    RememberedName.objects.update_or_create(
        cohort_id=learning_session.cohort_id,
        name=name,
        email=row.email,
        defaults={"person_id": row.person_id, "by": by},
    )
    others = ReportedName.objects.filter(
        report__learning_session__cohort=learning_session.cohort_id, state=Seen.OPEN, email=row.email
    ).select_related("report__learning_session__cohort")
    for other in others:
        if names.whole(other.name) != name:
            continue
        at = other.report.learning_session
        roles = roles_at(at)
        if row.person_id and row.person_id not in roles:
            continue
        other.state, other.person_id, other.found_by = row.state, row.person_id, "remembered"
        other.save(update_fields=["state", "person", "found_by"])
        _write(at, [other], roles, by=by)


def to_sweep(now: dt.datetime) -> list[QuerySet]:
    """Return the names in the reports of cohorts whose last day is more than a year ago (``notifications.sweep.looks``)."""
    over = Cohort.objects.long_over(now).values("pk")
    return [
        RememberedName.objects.filter(cohort__in=over),
        ReportedName.objects.filter(report__learning_session__cohort__in=over),
    ]


def sweep(now: dt.datetime | None = None) -> None:
    """Take away the names in the reports of cohorts whose last day is more than a year ago."""
    for rows in to_sweep(now or timezone.now()):
        rows.delete()
