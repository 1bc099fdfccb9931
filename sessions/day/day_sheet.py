"""The day sheet: all that the planning team needs on paper when no page answers. Made a day before, for "My files".

It holds the address of the meeting, so it is made for planners alone: whoever does not plan the cohort any more has it no
longer from that moment, and the next tick takes the file away.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from collaborative.models import TEAM_ROLES, Membership
from collaborative.permissions import plans, read_roles_of, still_plans
from collaborative.querysets import by_name
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
    address = MeetingAddress.objects.filter(learning_session=learning_session).values_list("url", flat=True).first()
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
        address=address or "",
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
        name = f"{slugify(_('Day sheet'))}-{hour:%Y-%m-%d-%H%M}-{slugify(found.title)[:50].strip('-')}.{kind}"
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
    mark = _mark(learning_session) if soon else ""
    with transaction.atomic():
        for kind in _MAKE:
            jobs.ask_for(KIND, by=by, **_params(learning_session, kind, mark))


def sweep() -> None:
    """At every tick: a day before each session every planner of its cohort gets both files, once for each time and address.

    Those of people who plan its cohort no more are taken away.
    """
    _take_away()
    now = timezone.now()
    ahead = LearningSession.objects.not_cancelled().filter(cohort__closed_at=None)
    ahead = ahead.filter(starts_at__gt=now, starts_at__lte=now + BEFORE)
    for pk in ahead.order_by("starts_at").values_list("pk", flat=True):
        _hand_out(pk)


def _take_away() -> None:
    there = list(Job.objects.filter(kind=KIND).only("by", "params").select_related("by"))
    people = {one.by_id: one.by for one in there}
    read_roles_of(people.values())
    gone = [one.pk for one in there if not still_plans(one, people[one.by_id])]
    if gone:
        Job.objects.filter(pk__in=gone).delete()


@transaction.atomic
def _hand_out(pk) -> None:
    session = LearningSession.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=pk)
    mark = _mark(session)
    made = Job.objects.filter(kind=KIND, params__session=str(pk), params__mark=mark).values_list("by", "params__as")
    there = set(made)
    held = Membership.objects.planning(cohort=session.cohort_id, programme=session.cohort.programme_id)
    for person in {one.user_id: one.user for one in held.select_related("user")}.values():
        for kind in _MAKE:
            if (person.pk, kind) not in there:
                jobs.make_for(KIND, to=person, **_params(session, kind, mark))


def _mark(session: LearningSession) -> str:
    """Return what a sheet is once for: another time, another address or telephone is another sheet."""
    address = MeetingAddress.objects.filter(learning_session=session).values_list("url", flat=True).first() or ""
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
