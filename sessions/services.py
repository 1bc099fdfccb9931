"""Verbs of sessions: make, move, change what they say."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import timeline
from collaborative.holidays import why_look_again
from collaborative.models import Cohort, Phase, PlanningTask, Reschedule
from collaborative.reschedule import Consequence, Ledger, Moved, reschedule
from core import registry
from core.language import language
from core.refusals import Overtaken, Refused
from core.time import HourDoesNotExist, clock, comes_twice, day, forward_utc, to_utc
from notifications import services as notifications
from notifications.services import Wanted
from sessions import reminders
from sessions.agenda import keep_agenda_within
from sessions.calendars import correcting, inviting
from sessions.meetings.keeping import wish_of
from sessions.meetings.plain import Plain
from sessions.models import LearningSession, MeetingAddress, OutsideMeeting
from sessions.promises import invite as invite
from sessions.promises import plan_reminders as plan_reminders
from sessions.promises import reminders_wanted, replan, tell
from sessions.querysets import expected_at, heard_start
from sessions.signals import session_settled

# A year mistyped by a digit is refused before anything is worked out from it.
FARTHEST_AFTER_THE_LAST_DAY = dt.timedelta(days=2 * 365)


def moment_of(wall: dt.datetime, zone: str) -> dt.datetime:
    """Return the UTC moment of a time typed on the cohort's clock. Refuses an hour that the clocks jump over."""
    try:
        return to_utc(wall, zone)
    except HourDoesNotExist as skipped:
        after = clock(to_utc(skipped.next_valid, zone), zone, language())
        raise Refused(
            _("That night the clocks jump over this hour. The next time that exists is %(time)s.") % {"time": after},
            field="clock",
        ) from skipped


@transaction.atomic
def make_session(
    *,
    cohort: Cohort,
    wall: dt.datetime,
    title_en: str,
    title_fr: str,
    by=None,
    phase: Phase | None = None,
    url="",
    **fields,
) -> LearningSession:
    """Make a session at ``wall`` on the cohort's clock and plan its reminders."""
    learning_session = LearningSession.objects.create(
        cohort=cohort,
        phase=phase,
        day=wall.date(),
        clock=wall.time(),
        zone=cohort.time_zone,
        starts_at=moment_of(wall, cohort.time_zone),
        title_en=title_en,
        title_fr=title_fr,
        **fields,
    )
    if url:
        set_meeting_address(learning_session=learning_session, url=url, by=by)
    record("session.made", learning_session, by=by, starts_at=learning_session.starts_at)
    tell(learning_session)
    return learning_session


def hours_of(cohort: Cohort) -> dict[str, tuple[dt.time, int]]:
    """Return clock and minutes of the sessions of a cohort by the key of their phase."""
    rows = LearningSession.objects.filter(cohort=cohort, phase__isnull=False)
    return {key: (clock, minutes) for key, clock, minutes in rows.values_list("phase__key", "clock", "minutes")}


@transaction.atomic
def change_details(*, learning_session: LearningSession, by, version: int, url: str = "", **values) -> LearningSession:
    """Change what a session says about itself (titles, purpose, minutes, telephone) and where it meets.

    Returns the session as it stands then. Raises Overtaken where somebody has changed these since ``version``.
    """
    now = LearningSession.objects.select_for_update().get(pk=learning_session.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    meets_elsewhere = bool(url) and not MeetingAddress.objects.filter(learning_session=now, url=url).exists()
    if not changed and not meets_elsewhere:
        return now
    if now.details_version != version:
        raise Overtaken(now)
    if values.get("minutes", now.minutes) < now.minutes:
        keep_agenda_within(now, values["minutes"])
    if changed.keys() & correcting.Facts._fields:
        correcting.remember(now)
    for name, value in changed.items():
        setattr(now, name, value)
    now.details_version += 1
    now.changed_at = timezone.now()
    now.save(update_fields=[*changed, "details_version", "changed_at"])
    if meets_elsewhere:
        set_meeting_address(learning_session=now, url=url, by=by)
    if changed.keys() & correcting.Facts._fields:
        correcting.settle(now)
        session_settled.send(sender=LearningSession, learning_session=now)
    if changed:
        record("session.changed", now, by=by, fields=sorted(changed))
    return now


@transaction.atomic
def set_meeting_address(*, learning_session: LearningSession, url: str, by) -> None:
    """Keep where the session meets. Refuses a host that this installation does not allow (MEETING_HOSTS)."""
    made = Plain().make(dataclasses.replace(wish_of(learning_session), url=url))
    MeetingAddress.objects.update_or_create(learning_session=learning_session, defaults={"url": made.url})
    # A meeting that a service made for it has to go.
    OutsideMeeting.objects.filter(learning_session=learning_session).exclude(url=made.url).update(wanted=False)
    # The address itself is a secret of the session: the trail says that it changed, not to what.
    record("session.address_set", learning_session, by=by)


# ---------------------------------------------------------------- moving


@dataclasses.dataclass
class SessionMove:
    """A session goes to another time on the cohort's clock (a change of dates, see collaborative.reschedule)."""

    learning_session: LearningSession
    to: dt.datetime
    box = "day"

    def __post_init__(self) -> None:
        self.cohort = self.learning_session.cohort
        self.before = self.learning_session.starts_at

    def apply(self, ledger: Ledger) -> None:
        self._be_as_seen()
        after = moment_after_move(self.learning_session, self.to)
        correcting.remember(self.learning_session)
        ledger.set(self.learning_session, day=self.to.date(), clock=self.to.time(), starts_at=after)
        if self.learning_session.phase:
            ledger.set(self.learning_session.phase, starts_on=self.to.date(), ends_on=self.to.date())

    def _be_as_seen(self) -> None:
        seen = LearningSession.objects.filter(pk=self.learning_session.pk, version=self.learning_session.version)
        if not seen.exists():
            raise Refused(_("Somebody has moved this session in the meantime. Look again before you move it."))

    def follow(self, moved: Moved) -> None:
        after = self.learning_session.starts_at
        # Moved there and back before anybody heard of it, it has not moved.
        heard = heard_start(self.learning_session) or self.before
        now = timezone.now()
        leaves = leaves_at(now, heard, self.before, after)
        wanted = reminders_wanted(self.learning_session, resend=reminders.reminds_again(self.before, after))
        moved.consequences.append(Consequence("reminded", len({one.to.pk for one in wanted})))
        told = moved_messages(self.learning_session, leaves) if reminders.tells_people(heard, after) else []
        corrected = replan(self.learning_session, wanted + told)
        moved.consequences.append(Consequence("told", len(told) + corrected))
        moved.close_by(leaves, at=now)


def moment_after_move(learning_session: LearningSession, to: dt.datetime) -> dt.datetime:
    """Return the moment at which a session moved to ``to`` on its cohort's clock begins. Refuses where it may not be."""
    now, cohort = timezone.now(), learning_session.cohort_id
    if learning_session.cancelled_at:
        raise Refused(_("This session has been cancelled."))
    if learning_session.starts_at <= now:
        raise Refused(_("This session has begun; it cannot be moved any more."))
    if to.date() > (latest := _latest_day(learning_session)):
        words = day(latest, language(), weekday=False, year=True)
        raise Refused(_("That is too far ahead. The latest day is %(day)s.") % {"day": words}, field="day")
    after = moment_of(to, learning_session.zone)
    if after <= now:
        raise Refused(_("That moment has passed already. Choose one ahead."), field="day")
    if after == learning_session.starts_at:
        raise Refused(_("That is when it takes place already."), field="day")
    if learning_session.phase_id:
        line = LearningSession.objects.not_cancelled().filter(cohort=cohort, phase__isnull=False)
        _keep_order(list(line.order_by("phase__ordinal")), learning_session, after)
    return after


def _latest_day(learning_session: LearningSession) -> dt.date:
    """Return the last day on which a session may stand: a while after its cohort's last."""
    last = Phase.objects.filter(cohort=learning_session.cohort_id).aggregate(last=Max("ends_on"))["last"]
    return (last or learning_session.day) + FARTHEST_AFTER_THE_LAST_DAY


def _keep_order(line: list[LearningSession], moving: LearningSession, after: dt.datetime) -> None:
    moments = [(str(row.pk), after if row.pk == moving.pk else row.starts_at) for row in line]
    if crossed := timeline.out_of_order(moments):
        titles = {str(row.pk): row.title for row in line}
        raise Refused(
            _("“%(after)s” must come after “%(before)s”. Move the other one first.")
            % {"before": titles[crossed[0]], "after": titles[crossed[1]]},
            field="day",
        )


def mark_of_move(learning_session: LearningSession, to: dt.datetime) -> str:
    """Return what confirms the move of this session, as it stands now, to ``to``: it confirms no other."""
    return f"{to.isoformat(timespec='minutes')}/{learning_session.version}"


def move_session(
    *, learning_session: LearningSession, to: dt.datetime, by, reason: str = "", dry_run=False
) -> Moved[SessionMove]:
    """Move a session to ``to`` on its cohort's clock, with everything that hangs on it; see ``reschedule``.

    The "moved" message leaves after the undo window. Raises Refused when the order of sessions would break.
    """
    return reschedule(SessionMove(learning_session, to), by=by, reason=reason, dry_run=dry_run)


@dataclasses.dataclass(frozen=True)
class Preview:
    """What a page says before a move is confirmed. ``closes_at``: until when it can be undone, where that is sooner than usual."""

    before: dt.datetime
    after: dt.datetime
    reminded: int
    told: int
    stretches: list
    # Of each of the planners' tasks that goes along: what it is, its day before and after.
    tasks: list[tuple[str, dt.date, dt.date]]
    letters: int
    # Why the new day may be a bad one.
    flags: list[str]
    closes_at: dt.datetime | None = None

    @property
    def is_final(self) -> bool:
        """Return whether there is no time left in which it could be undone."""
        return self.closes_at is not None and self.closes_at <= timezone.now()


def preview_of(moved: Moved[SessionMove]) -> Preview:
    """Return the facts of a dry run: both moments, how many people are reminded then, how many are told, and the
    phases whose days change, as (name, new first day, new last day), which of the planners' tasks go along, how many letters
    wait for a minute of their own, what speaks against the new day, and until when it can be undone."""
    counts = {consequence.code: consequence.count for consequence in moved.consequences}
    ids = {pk for label, pk in moved.ledger.touched() if label == Phase._meta.label_lower}
    own = moved.change.learning_session.phase_id
    days: dict[str, dict] = {}
    for entry in moved.ledger.entries:
        if entry["id"] in ids and entry["id"] != str(own):
            days.setdefault(entry["id"], {})[entry["field"]] = dt.date.fromisoformat(entry["after"])
    phases = Phase.objects.filter(pk__in=days).order_by("ordinal")
    cohort = moved.change.cohort
    quiet = [(one.starts_on, one.ends_on, one.name) for one in cohort.quiet_weeks.all()]
    return Preview(
        before=moved.change.before,
        after=moment_of(moved.change.to, moved.change.learning_session.zone),
        reminded=counts.get("reminded", 0),
        told=counts.get("told", 0),
        stretches=[
            (
                phase.name,
                days[str(phase.pk)].get("starts_on", phase.starts_on),
                days[str(phase.pk)].get("ends_on", phase.ends_on),
            )
            for phase in phases
        ],
        letters=counts.get("letters", 0),
        tasks=_tasks_moved(moved.ledger),
        flags=[
            *odd_about(cohort, moved.change.to, moved.change.learning_session.zone),
            *why_look_again(moved.change.to.date(), cohort.city, quiet),
        ],
        closes_at=moved.closes_at,
    )


def odd_about(cohort: Cohort, wall: dt.datetime, zone: str) -> list[str]:
    """Return in sentences what is odd about an hour for a session: outside the days of the cohort, or twice on the clock."""
    told = []
    last = cohort.phases.aggregate(last=Max("ends_on"))["last"]
    if wall.date() < cohort.first_day:
        first = day(cohort.first_day, language(), weekday=False, year=True)
        told.append(_("Before the first day of the cohort, %(day)s") % {"day": first})
    elif last and wall.date() > last:
        told.append(
            _("After the last day of the cohort, %(day)s") % {"day": day(last, language(), weekday=False, year=True)}
        )
    if comes_twice(wall, zone):
        told.append(_("The clocks show this hour twice that night: the first one is meant"))
    return told


def _tasks_moved(ledger: Ledger) -> list[tuple[str, dt.date, dt.date]]:
    """Return the planners' tasks with another day in ``ledger``, the next one first."""
    label = PlanningTask._meta.label_lower
    due = {one["id"]: one for one in ledger.entries if one["model"] == label and one["field"] == "due_on"}
    found = []
    for task in PlanningTask.objects.filter(pk__in=due):
        before, after = (dt.date.fromisoformat(due[str(task.pk)][which]) for which in ("before", "after"))
        found.append((task.text, before, after))
    return sorted(found, key=lambda one: one[2])


@transaction.atomic
def work_out_again() -> list[registry.Followed]:
    """Work out again when the sessions ahead begin; return those for which that is another moment by the rules of today.

    The time that was said stands, and reminders go with it. A calendar that knows the old moment is sent the new one.
    """
    changed = []
    ahead = LearningSession.objects.select_for_update(of=("self",)).filter(starts_at__gt=timezone.now())
    for row in ahead.select_related("cohort"):
        moment = forward_utc(row.wall, row.zone)
        if moment != row.starts_at:
            changed.append(registry.Followed(f"{row.title_en} ({row.cohort.name_en})", row.starts_at, moment))
            correcting.remember(row)
            LearningSession.objects.filter(pk=row.pk).update(starts_at=moment)
            row.starts_at = moment
            replan(row, reminders_wanted(row) + _corrections(row))
            record("session.follows_the_clocks", row, cohort_id=row.cohort_id, starts_at=moment)
    return changed


def _corrections(learning_session: LearningSession) -> list[Wanted]:
    return [] if learning_session.cancelled_at else inviting.corrections_wanted(learning_session)


def settle_after_undo(*, learning_session: LearningSession) -> None:
    """After a move was taken back: nothing planned for the other time may leave; the old reminders wait again."""
    replan(learning_session, reminders_wanted(learning_session) + moves_to_tell(learning_session))


def moves_to_tell(learning_session: LearningSession) -> list[Wanted]:
    """Return the word of a move that stands and of which nobody has heard: what was done since has taken it back."""
    heard, now = heard_start(learning_session), learning_session.starts_at
    if not (learning_session.is_ahead and heard and reminders.tells_people(heard, now)):
        return []
    if correcting.heard_of_the_last_move(learning_session):
        return []
    # The same word once more: whoever it is never to be sent to is not told of it now.
    told = moved_messages(learning_session, leaves_at(timezone.now(), heard, now))
    return [dataclasses.replace(one, news=False) for one in told]


def leaves_at(now: dt.datetime, *starts: dt.datetime) -> dt.datetime:
    """Return when people hear of what is changed ``now``: after the time to undo it, in time for the first of ``starts``."""
    return reminders.word_leaves(now, *starts, window=settings.UNDO_SECONDS)


def moved_messages(learning_session: LearningSession, leaves: dt.datetime) -> list[Wanted]:
    """Return what tells everybody who is expected, at ``leaves``, that the session has moved."""
    return [
        Wanted(
            kind="sessions/moved",
            to=person,
            due=leaves,
            occurrence="moved",
            not_after=learning_session.ends_at,
            scope=learning_session.cohort,
            resend=True,
            news=True,
        )
        for person in expected_at(learning_session)
    ]


def tell_of_several(change: Reschedule, rows: list[LearningSession], leaves: dt.datetime) -> set:
    """Tell everybody who is expected, in one mail each at ``leaves``, which sessions a change has moved.

    Returns the keys of those who are told.
    """
    last = max(rows, key=lambda row: row.starts_at)
    people = list(expected_at(last))
    notifications.plan_many(
        "sessions/moved-together",
        to=people,
        about=change,
        due=leaves,
        occurrence="moved",
        version=1,
        not_after=last.ends_at,
        scope=last.cohort,
    )
    return {one.pk for one in people}
