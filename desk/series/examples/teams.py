"""Examples about teams: their breaks, what they put off or get ready, and what planners do for a cohort."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coaching.models import TeamNote
from collaborative import not_this_week, prework_mail, tasks_mail
from collaborative.line import today_in
from collaborative.models import Announcement, Cohort, Merge, NotThisWeek, Pause, PauseReason, PlanningTask, PreworkItem
from desk.series.examples.found import DAY, WORDS_STAND_HERE, Example, NothingYet, reader_of, team_of
from improvement import numbers_due
from notifications.models import PlannedMessage


def _team(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = team_of(cohort)
    row.source_id = str(row.source.pk)


def _pause(row: PlannedMessage, cohort: Cohort) -> None:
    today = today_in(cohort)
    row.source = Pause(
        team=team_of(cohort), reason=PauseReason.values[0], starts_on=today, ends_on=today + 14 * DAY, by=row.recipient
    )


def _member(row: PlannedMessage, cohort: Cohort) -> None:
    team = team_of(cohort)
    row.source = SimpleNamespace(team=team, team_id=team.pk, user=row.recipient)


def _note(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = TeamNote(team=team_of(cohort), by=row.recipient)


def _prework(row: PlannedMessage, cohort: Cohort) -> None:
    """The first team, as if nothing of the list were ready a week before the first session."""
    _team(row, cohort)
    items = list(PreworkItem.objects.filter(programme=cohort.programme_id))
    first = prework_mail.first_day(cohort)
    if not items or first is None:
        raise NothingYet(_("It speaks of what is to be got ready before the first session, and here that is nothing."))
    row.source.open_items, row.source.first_session = items, first


def _put_off(row: PlannedMessage, cohort: Cohort) -> None:
    """A team puts off its numbers."""
    team = team_of(cohort)
    row.source = NotThisWeek(
        person=row.recipient, task=numbers_due.SOURCE, about=team.pk, team=team, week=not_this_week.week_of(cohort)
    )


def _put_off_noted(row: PlannedMessage, cohort: Cohort) -> None:
    """Whoever looks puts off the tasks of the planning team."""
    week = not_this_week.week_of(cohort)
    row.source = NotThisWeek(person=row.recipient, task=tasks_mail.TASK, about=cohort.pk, week=week)
    row.source.created_at = timezone.now()


def _tasks(row: PlannedMessage, cohort: Cohort) -> None:
    """The tasks of this week in the name of whoever looks, or in nobody's; where there are none, one."""
    found: Any = tasks_mail.with_tasks({str(cohort.pk)}).get(str(cohort.pk), cohort)
    if not getattr(found, "tasks_now", None) or not tasks_mail.told_to(found, row.recipient_id)[0]:
        words = str(WORDS_STAND_HERE)
        found.tasks_now = [PlanningTask(cohort=cohort, text_en=words, text_fr=words, due_on=today_in(cohort))]
    row.source, row.source_id = found, str(cohort.pk)


def _merge(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = Merge(by=reader_of(row))


def _announcement(row: PlannedMessage, cohort: Cohort) -> None:
    """The latest of its kind that has left in both languages; where there is none, one without words."""
    is_must = row.kind == Announcement.MUST_KIND
    left = Announcement.objects.shown().left().filter(cohort=cohort, is_must=is_must)
    both = left.exclude(subject_en="").exclude(text_en="").exclude(subject_fr="").exclude(text_fr="")
    words = str(WORDS_STAND_HERE)
    row.source = both.select_related("cohort__programme", "corrects").first() or Announcement(
        cohort=cohort,
        by=row.recipient,
        is_must=is_must,
        subject_en=words,
        text_en=words,
        subject_fr=words,
        text_fr=words,
    )


EXAMPLES: Final[dict[str, Example]] = {
    "coaching/note": _note,
    Announcement.MUST_KIND: _announcement,
    Announcement.KIND: _announcement,
    "collaborative/announcement-preview": _announcement,
    "collaborative/back": _pause,
    "collaborative/one-person": _merge,
    "collaborative/parted": _merge,
    "collaborative/paused": _pause,
    "collaborative/pause-ended": _team,
    "collaborative/prework": _prework,
    "collaborative/put-off": _put_off,
    "collaborative/put-off-noted": _put_off_noted,
    "collaborative/tasks": _tasks,
    "collaborative/unreachable": _member,
}
