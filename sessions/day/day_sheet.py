"""The day sheet: all that the planning team needs on paper when no page answers. Made a day before, for "My files".

It holds the address of the meeting, so it is made for planners alone: whoever does not plan the cohort any more has it no
longer from that moment, and the next tick takes the file away.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from collaborative.models import TEAM_ROLES, Membership
from collaborative.permissions import plans, still_plans
from collaborative.querysets import PLANS, by_name
from core import pdf, sheets
from core.language import language
from core.places import sort_key
from core.refusals import Refused
from core.time import clock, spoken_place, wall_in
from core.time import day as day_words
from jobs import kinds
from jobs import services as jobs
from jobs.models import Job
from sessions.models import LearningSession, MeetingAddress
from sessions.run_of_show import steps_of
from sessions.shown import shown

KIND: Final = "sessions/day-sheet"
BEFORE: Final = dt.timedelta(hours=24)
_TYPES: Final = {"pdf": "application/pdf", "xlsx": sheets.XLSX}


@dataclasses.dataclass(frozen=True)
class Sheet:
    """What stands on it, in words. Hours are on the cohort's clock."""

    title: str
    session: str
    # Date and hour with their place; address and telephone, each perhaps "".
    when: str
    address: str
    dial_in: str
    # (hour, how many minutes, what, who)
    agenda: list[tuple[str, str, str, str]]
    # (hour, who, what)
    run: list[tuple[str, str, str]]
    # (team or who they are together, [(name, role, what they do, how a mail reaches them)])
    roster: list[tuple[str, list[tuple[str, str, str, str]]]]
    # (name, part, telephone, e-mail)
    phones: list[tuple[str, str, str, str]]
    # The keys of those who are named, so that a file can be found when one of them is forgotten.
    people: list[str]
    speakers: list[str]


def sheet_of(learning_session: LearningSession) -> Sheet:
    """Return the day sheet of a session as things stand now, in the language of now."""
    cohort, lang = learning_session.cohort, language()
    zone = cohort.time_zone
    begins = wall_in(learning_session.starts_at, zone)
    page = shown(learning_session)
    address = _address_of(learning_session)
    held = list(
        Membership.objects.taking_part()
        .filter(Q(team__cohort=cohort.pk) | Q(cohort=cohort.pk))
        .select_related("user", "team")
        .order_by(by_name("team__name"), by_name("user__name"))
    )
    speakers = {one.speaker_id: one for one in page.named}.values()
    return Sheet(
        title=_("Day sheet: %(session)s") % {"session": learning_session.title},
        session=learning_session.title,
        when=f"{day_words(begins.date(), lang, year=True)}, {clock(learning_session.starts_at, zone, lang)}, "
        f"{spoken_place(cohort.city, lang)}",
        address=address,
        dial_in=learning_session.dial_in_shown,
        agenda=[
            (
                line.hour,
                str(line.item.minutes),
                line.item.title,
                ", ".join(
                    [one.speaker.name for one in line.people if one.speaker.name]
                    + [one.team.name for one in line.teams]
                ),
            )
            for line in page.lines
        ],
        run=[(clock(one.at, zone, lang), one.line.who, one.line.what) for one in steps_of(learning_session)],
        roster=_roster(held),
        phones=[
            (one.speaker.name, str(one.get_part_display()), one.speaker.phone, one.speaker.email) for one in speakers
        ]
        + [(cohort.name, _("the planning team"), "", cohort.contact)],
        people=sorted({str(one.user_id) for one in held}),
        speakers=[str(one.speaker_id) for one in speakers],
    )


def _address_of(learning_session: LearningSession) -> str:
    return MeetingAddress.objects.filter(learning_session=learning_session).values_list("url", flat=True).first() or ""


def _roster(held: list[Membership]) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    for one in sorted(held, key=lambda row: row.team is not None and row.role not in TEAM_ROLES):
        name = one.team.name if one.team else _("For the whole cohort")
        reach = one.user.email or _("no mailbox: tell them through their lead")
        groups.setdefault(name, []).append((one.user.name, str(one.get_role_display()), one.title, reach))
    return sorted(groups.items(), key=lambda group: sort_key(group[0]))


# ---------------------------------------------------------------- as files


def as_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as PDF."""
    heads = {
        "address": _("Meeting address"),
        "dial_in": _("Telephone"),
        "none": _("None has been entered yet."),
        "note": _("For the planning team only: do not pass the address on by hand unless Join fails."),
        "agenda": _("Agenda"),
        "run": _("Who does what"),
        "phones": _("Speakers and hosts, and how they are reached"),
        "roster": _("Who is expected"),
        "at": _("Hour"),
        "minutes": _("Minutes"),
        "what": _("What"),
        "who": _("Who"),
        "role": _("Role"),
        "work": _("Work"),
        "reach": _("E-mail"),
        "phone": _("Telephone"),
    }
    return pdf.make("sessions/day_sheet.typ", {**dataclasses.asdict(sheet), "heads": heads})


def as_xlsx(sheet: Sheet) -> bytes:
    """Return the sheet as one table: what part of the day, when, what or who, and more."""
    rows: list[tuple[str, str, str, str]] = [
        (_("Session"), sheet.when, sheet.session, ""),
        (_("Meeting address"), "", sheet.address or _("None has been entered yet."), ""),
        (_("Telephone"), "", sheet.dial_in or _("None has been entered yet."), ""),
    ]
    rows += [(_("Agenda"), at, what, who) for at, _minutes, what, who in sheet.agenda]
    rows += [(_("Who does what"), at, what, who) for at, who, what in sheet.run]
    rows += [
        (_("Speakers and hosts, and how they are reached"), phone, name, ", ".join(filter(None, (part, mail))))
        for name, part, phone, mail in sheet.phones
    ]
    rows += [
        (group, role, name, ", ".join(filter(None, (work, reach))))
        for group, members in sheet.roster
        for name, role, work, reach in members
    ]
    head = [_("Part"), _("When or role"), _("What or who"), _("More")]
    return sheets.write(head, rows, title=_("Day sheet"))


_MAKE: Final[dict[str, Callable[[Sheet], bytes]]] = {"pdf": as_pdf, "xlsx": as_xlsx}


# ---------------------------------------------------------------- as long work


def _title(job: Job) -> str:
    words = {
        "session": job.params.get(f"title_{language()}", ""),
        "kind": "PDF" if job.params.get("as") == "pdf" else "Excel",
    }
    return _("Day sheet of “%(session)s” (%(kind)s)") % words


def _run(job: Job, progress: Callable[[int, int], None]) -> kinds.Result:
    found = (
        LearningSession.objects.filter(pk=job.params["session"]).select_related("cohort__programme", "phase").first()
    )
    if found is None or not plans(job.by, found.cohort):
        raise Refused(_("This session is not yours to plan any more."))
    kind = job.params["as"]
    with override(job.by.language):
        sheet = sheet_of(found)
        file = _MAKE[kind](sheet)
        hour = wall_in(found.starts_at, found.cohort.time_zone)
        called = slugify(_("Day sheet"))
        name = f"{called}-{hour:%Y-%m-%d-%H%M}-{slugify(found.title)[:50].strip('-')}.{kind}"
    _earlier(job).delete()
    report = {"people": sheet.people, "speakers": sheet.speakers}
    return kinds.Result(report=report, file=file, name=name, type=_TYPES[kind])


def _earlier(job: Job):
    """Return the sheets of the same session, of the same person and as the same kind of file, that were made before."""
    mine = Job.objects.filter(kind=KIND, by=job.by_id, created_at__lt=job.created_at, ended_at__isnull=False)
    return mine.filter(params__session=job.params["session"], params__as=job.params["as"])


kinds.register(kinds.Kind(key=KIND, title=_title, run=_run, still_theirs=still_plans))


def _params(learning_session: LearningSession, kind: str, mark: str = "") -> dict[str, Any]:
    titles = {"title_en": learning_session.title_en, "title_fr": learning_session.title_fr}
    cohort = learning_session.cohort
    return {
        "session": str(learning_session.pk), "as": kind, "mark": mark, **titles,
        "cohort": str(cohort.pk), "programme": str(cohort.programme_id),
    }  # fmt: skip


def ask_for_sheets(*, learning_session: LearningSession, by) -> None:
    """Have both files of the sheet made now, for a planner who asks, instead of those they have.

    On the last day it is the one that they would have got by themselves. Refuses while much of theirs waits.
    """
    soon = learning_session.starts_at - timezone.now() <= BEFORE
    mark = _mark(learning_session, _address_of(learning_session)) if soon else ""
    with transaction.atomic():
        for kind in _MAKE:
            jobs.ask_for(KIND, by=by, **_params(learning_session, kind, mark))


def to_sweep(now: dt.datetime) -> list[QuerySet]:
    """Return the sheets that go with a role, and the sessions of the coming day (``notifications.sweep.looks``)."""
    return [_of_nobody_who_plans(), _coming(now)]


def sweep(now: dt.datetime | None = None) -> None:
    """At every tick: a day before each session every planner of its cohort gets both files, once for each time and address.

    Those of people who plan its cohort no more are taken away. Five statements where everybody has theirs.
    """
    _of_nobody_who_plans().delete()
    coming = list(_coming(now or timezone.now()).select_related("cohort").order_by("starts_at"))
    for session, _missing in _missing_sheets(coming):
        _hand_out(session.pk)


def _coming(now: dt.datetime) -> QuerySet[LearningSession]:
    ahead = LearningSession.objects.not_cancelled().filter(cohort__closed_at=None)
    return ahead.filter(starts_at__gt=now, starts_at__lte=now + BEFORE)


def _of_nobody_who_plans() -> QuerySet[Job]:
    """Return the sheets of people who plan the cohort no more: ``permissions.still_plans`` for many."""
    held = Membership.objects.current().filter(role__in=PLANS, user=OuterRef("by"))
    held = held.annotate(of_cohort=Cast("cohort_id", TextField()), of_programme=Cast("programme_id", TextField()))
    plan = held.filter(Q(of_cohort=OuterRef("of_cohort")) | Q(of_programme=OuterRef("of_programme")))
    there = Job.objects.filter(kind=KIND).alias(of_cohort=KT("params__cohort"), of_programme=KT("params__programme"))
    return there.exclude(Exists(plan))


def _missing_sheets(
    sessions: Collection[LearningSession],
) -> Iterable[tuple[LearningSession, list[tuple[Any, str, str]]]]:
    """Yield the sessions of which a planner has not got a sheet, with (planner, kind of file, mark) of those. Three statements."""
    if not sessions:
        return
    addresses = dict(
        MeetingAddress.objects.filter(learning_session__in=sessions).values_list("learning_session", "url")
    )
    made = Job.objects.filter(kind=KIND, params__session__in=[str(one.pk) for one in sessions])
    there = set(made.values_list("params__session", "params__mark", "by", "params__as"))
    planners: dict[Any, dict[Any, Any]] = {}
    held = Membership.objects.current().filter(role__in=PLANS).held_in([one.cohort_id for one in sessions])
    for one in held.select_related("user"):
        planners.setdefault(one.of_cohort, {})[one.user_id] = one.user
    for session in sessions:
        mark = _mark(session, addresses.get(session.pk, ""))
        missing = [
            (person, kind, mark)
            for person in planners.get(session.cohort_id, {}).values()
            for kind in _MAKE
            if (str(session.pk), mark, person.pk, kind) not in there
        ]
        if missing:
            yield session, missing


@transaction.atomic
def _hand_out(pk) -> None:
    """Give every planner of a session what they have not got of it. One after the other: each gets it once."""
    rows = LearningSession.objects.select_for_update(of=("self",)).select_related("cohort").filter(pk=pk)
    for session, missing in _missing_sheets(list(rows)):
        for person, kind, mark in missing:
            jobs.make_for(KIND, to=person, **_params(session, kind, mark))


def _mark(session: LearningSession, address: str) -> str:
    """Return what a sheet is once for: another time, another address or telephone is another sheet."""
    words = f"{session.pk}\n{address}\n{session.dial_in}"
    return f"{session.version}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def forget(user) -> None:
    """Take away every sheet that names ``user``. Of a session still ahead another one is made at the next tick."""
    Job.objects.filter(kind=KIND, report__people__contains=[str(user.pk)]).delete()


def forget_speakers(keys) -> None:
    """Take away every sheet that names one of these speakers."""
    named = Q()
    for key in keys:
        named |= Q(report__speakers__contains=[str(key)])
    if named:
        Job.objects.filter(named, kind=KIND).delete()


def named_in(user) -> int:
    """Return how many sheets name ``user``."""
    return Job.objects.filter(kind=KIND, report__people__contains=[str(user.pk)]).count()
