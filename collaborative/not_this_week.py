"""Not this week: somebody does not want to be reminded of one task in one week. One tap, in the mail without signing in.

A room whose reminders offer it says what its tasks are (``tasks``), puts the link of ``path_for`` into the mail, and asks
``put_off`` (or ``put_off_each``, for many) just before a reminder leaves. A page offers it with ``not_this_week`` and, for a
while, ``take_back``. After two weeks in a row the coach of the team is told, kindly and once for one task, when the time to
take it back is over. The row is the team's: one person may have said it first and another the week after. A week in which
the thing was done after all is none of the two, and that is asked once more when the mail leaves.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import closing, one_thing
from collaborative.forms import BackForm
from collaborative.line import today_in
from collaborative.models import Cohort, Membership, NotThisWeek, Role, Team
from collaborative.resting import mostly, rests_of
from collaborative.words import of_programme, of_team
from core.refusals import Refused
from core.registry import Slot
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage

PURPOSE, TOLD = "later", "collaborative/put-off"
_WEEK: Final = dt.timedelta(days=7)
# So far back is looked for the week before this one in which a team was at work.
_MOST_WEEKS: Final = 10


def _nothing_done(week: dt.date) -> str:
    return ""


@dataclasses.dataclass(frozen=True)
class Task:
    """Something that people are reminded of. ``name``: what it is called in a sentence, in the language that speaks now.

    ``is_theirs``: may this person still be reminded of it? ``path``: where it is done after signing in. ``team``: whose it
    is (with unit, cohort and programme), None where it is not a team's. ``done``: given the Monday of a week, says in a
    sentence that there is nothing left to put off in it, "" while there is.
    """

    name: str
    cohort: Cohort
    path: str
    is_theirs: Callable[[Any], bool]
    team: Team | None = None
    done: Callable[[dt.date], str] = _nothing_done


tasks = Slot("tasks", "kind of task (“improvement.numbers”) -> fn(key of its object) -> Task, or None where it is gone")


def task_of(kind: str, about: uuid.UUID) -> Task | None:
    """Return a task by its kind and object, None where there is none (any more)."""
    ask = tasks.get(kind)
    return ask(about) if ask else None


def week_of(cohort: Cohort) -> dt.date:
    """Return the Monday of this week on the cohort's calendar."""
    today = today_in(cohort)
    return today - dt.timedelta(days=today.weekday())


def path_for(*, person, task: str, about: uuid.UUID, week: dt.date, on: dt.date) -> str:
    """Return the path of the link with which ``person`` puts a task off for a week, in a mail of the day ``on``."""
    return one_thing.path_for(f"{PURPOSE}:{task}", person=person, about=about, week=week, on=on)


# ---------------------------------------------------------------- asked before a reminder leaves


def put_off(*, person, task: str, about: uuid.UUID | str, week: dt.date) -> bool:
    """Did ``person`` say "not this week" of this task for this week?"""
    return NotThisWeek.objects.filter(person=person, task=task, about=about, week=week).exists()


def put_off_each(task: str, abouts: Iterable[uuid.UUID | str]) -> set[tuple[uuid.UUID, uuid.UUID, dt.date]]:
    """Return who has put off which of these objects in which week, as (person's key, object's key, Monday). One statement."""
    rows = NotThisWeek.objects.filter(task=task, about__in=list(abouts))
    return set(rows.values_list("person", "about", "week"))


# ---------------------------------------------------------------- the verb


@transaction.atomic
def not_this_week(*, person, task: str, about: uuid.UUID, week: dt.date, by) -> NotThisWeek:
    """Remind ``person`` of this task no more in the week of this Monday. Said twice it is said once.

    After two weeks in a row the coaches of the team are told. Refuses what is not theirs, what is done already in that week,
    and a closed cohort.
    """
    found = task_of(task, about)
    if found is None or not found.is_theirs(person):
        raise Refused(_("This is not a task of yours any more."))
    closing.must_be_open(found.cohort)
    if is_done := found.done(week):
        raise Refused(is_done)
    _in_turn(found.team)
    # One clock says when it was said and how long it can be taken back.
    said = {"team": found.team, "created_at": timezone.now()}
    row, made = NotThisWeek.objects.get_or_create(person=person, task=task, about=about, week=week, defaults=said)
    if made:
        record("task.put_off", row, by=by, cohort_id=found.cohort.pk, task=task, week=week)
        if found.team and _is_to_be_told(row, found):
            _tell_coaches(row, found.team)
    return row


@transaction.atomic
def take_back(*, put_off_id: uuid.UUID, by) -> None:
    """Remind ``by`` after all of what they put off a moment ago (UNDO_SECONDS). Twice is as good as once.

    Its coaches have not heard of it then, and do not; unless somebody else has put the same task off in that week.
    """
    row = NotThisWeek.objects.filter(pk=put_off_id, person=by).select_related("team__cohort").first()
    if row is None:
        return
    if not can_be_undone(row):
        raise Refused(_("It is too late to undo this."))
    _in_turn(row.team)
    notifications.void(row, reason="taken_back", by=by)
    record("task.put_off_undone", row, by=by, cohort_id=row.team and row.team.cohort_id, task=row.task, week=row.week)
    was_told, key = row.coach_told, {"task": row.task, "about": row.about, "week": row.week}
    row.delete()
    other = NotThisWeek.objects.filter(**key).order_by("-week").first() if was_told else None
    found = task_of(row.task, row.about) if other and row.team else None
    if other and found and found.team and _is_to_be_told(other, found):
        _tell_coaches(other, found.team)


def can_be_undone(row: NotThisWeek) -> bool:
    """Return whether this was put off so short a while ago that it may still be taken back."""
    return timezone.now() <= row.created_at + _undo_window()


def _undo_window() -> dt.timedelta:
    return dt.timedelta(seconds=settings.UNDO_SECONDS)


def _in_turn(team: Team | None) -> None:
    """Let what two people of one team say at the same moment come one after the other."""
    if team:
        Team.objects.select_for_update(no_key=True, of=("self",)).get(pk=team.pk)


def is_second_in_a_row(row: NotThisWeek, task: Task) -> bool:
    """Was the task put off in this week and, by anybody of the team, in the week before as well, and done in neither since?

    Weeks in which the team was left in peace do not count.
    """
    if task.team is None or task.done(row.week):
        return False
    before, rests = row.week - _WEEK, rests_of(task.team)
    for _n in range(_MOST_WEEKS):
        if not mostly(rests, before):
            break
        before -= _WEEK
    put_off_before = NotThisWeek.objects.filter(task=row.task, about=row.about, week=before).exists()
    return put_off_before and not task.done(before)


def _is_to_be_told(row: NotThisWeek, task: Task) -> bool:
    return not _is_known(row) and is_second_in_a_row(row, task)


def _is_known(row: NotThisWeek) -> bool:
    """Have the coaches been told of this task, or are they about to be? Not where it was not so any more when that was to leave."""
    told = NotThisWeek.objects.filter(task=row.task, about=row.about, coach_told=True)
    if not (keys := [str(key) for key in told.values_list("pk", flat=True)]):
        return False
    mails = PlannedMessage.objects.filter(kind=TOLD, source_type=row._meta.label_lower, source_id__in=keys)
    ends = list(mails.values_list("state", "reason"))
    return not ends or any(end != (states.VOID, "source_gone") for end in ends)


def _tell_coaches(row: NotThisWeek, team: Team) -> None:
    NotThisWeek.objects.filter(pk=row.pk).update(coach_told=True)
    due = timezone.now() + _undo_window()
    for coach in Membership.objects.of_team(team).filter(role=Role.COACH).distinct("user"):
        notifications.plan(TOLD, to=coach.user, about=row, due=due, occurrence="put off", scope=team.cohort)


# ---------------------------------------------------------------- what the coach is told


def told_of(keys: Collection[str]) -> dict[str, NotThisWeek]:
    """Return what was put off, with its team, by the keys of these rows."""
    rows = NotThisWeek.objects.filter(pk__in=keys, team__withdrawn_at=None)
    return {str(row.pk): row for row in rows.select_related("team__unit", "team__cohort__programme")}


def told_to_coaches(keys: Collection[str]) -> dict[str, NotThisWeek]:
    """Return those of these that are still the second week in a row, done in neither: of these a coach is told."""
    return {
        key: row
        for key, row in told_of(keys).items()
        if (task := task_of(row.task, row.about)) is not None and is_second_in_a_row(row, task)
    }


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, key of a row), as two keys, who said it or coach the team of the row now."""
    rows = NotThisWeek.objects.filter(pk__in={key for _user, key in asked}).values_list("pk", "team", "person")
    said = {str(key): (team, person) for key, team, person in rows}
    held = set(
        Membership.objects.current()
        .filter(team__in={team for team, _person in said.values()}, role=Role.COACH, team__withdrawn_at=None)
        .values_list("user", "team")
    )
    return {
        (user.pk, key)
        for user, key in asked
        if key in said and (user.pk == said[key][1] or (user.pk, said[key][0]) in held)
    }


# ---------------------------------------------------------------- the link


def thing(link: one_thing.Link) -> one_thing.Thing | None:
    """Return what a link of a reminder asks: shall it wait until next week? And, for a while, whether that is taken back."""
    found = task_of(link.detail, link.about)
    if found is None or link.week is None or not found.is_theirs(link.person):
        return None
    row = NotThisWeek.objects.filter(person=link.person, task=link.detail, about=link.about, week=link.week).first()
    settled = found.done(link.week) or (done() if row and not can_be_undone(row) else "")
    says = (
        _("You said “Not this week” of this: %(task)s.")
        if row
        else _("If you press this, you are not reminded of it again this week: %(task)s.")
    )
    return one_thing.Thing(
        cohort=found.cohort,
        words=of_team(found.team) if found.team else of_programme(found.cohort.programme),
        title=_("Not this week?"),
        says=says % {"task": found.name},
        settled=closing.sentence() if found.cohort.closed_at else settled,
        template="collaborative/_not_this_week.html",
        form=BackForm,
        save=lambda form: _save(link, row, back=form.cleaned_data["back"]),
        signed_in=found.path,
        answered=done() if row else taken_back(),
        one_press=True,
        page={"is_put_off": row is not None},
    )


def _save(link: one_thing.Link, row: NotThisWeek | None, *, back: bool) -> str:
    assert link.week is not None
    if back:
        if row is not None:
            take_back(put_off_id=row.pk, by=link.person)
        return taken_back()
    not_this_week(person=link.person, task=link.detail, about=link.about, week=link.week, by=link.person)
    return done()


def taken_back() -> str:
    """Return what is said after somebody has taken it back."""
    return _("Taken back. A reminder that was still to come this week comes as before.")


def done() -> str:
    """Return what is said after somebody has put a task off."""
    return _("Noted. You are not reminded of it again this week.")


# ---------------------------------------------------------------- a person's own


def data_of(user) -> dict[str, list]:
    """Return what ``user`` did not want to be reminded of, and in which weeks."""
    rows = NotThisWeek.objects.filter(person=user).order_by("week", "task")
    return {"not_this_week": list(rows.values("task", "week", "team__name", "created_at"))}


def forget(user) -> None:
    """Take away what ``user`` put off."""
    NotThisWeek.objects.filter(person=user).delete()
