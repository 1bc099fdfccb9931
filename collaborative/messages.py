"""The kinds of message that teams and cohorts send."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaborative import not_this_week, prework_mail, put_off_by_mail, tasks_mail, team_talk, unreachable
from collaborative.announced import PREVIEW, as_html, as_text, corrects_what, sources_of, titled
from collaborative.line import today_in
from collaborative.models import Announcement, Cohort, Merge, Pause, Team
from collaborative.pausing import BACK, ENDED, ended
from core.language import language, other
from core.registry import Slot
from core.time import wall_in
from notifications import kinds
from notifications.inbound.addresses import takes_mail

pick_up = Slot("pick_up", "room -> fn(team, reader) -> sentences that say where a team that comes back can pick up")


def _pauses(source_ids: Collection[str]) -> dict[str, Pause]:
    rows = Pause.objects.select_related("team__cohort__programme", "by").filter(pk__in=source_ids)
    return {str(one.pk): one for one in rows}


def _pause(message) -> dict[str, Any]:
    pause: Pause = message.source
    cohort = pause.team.cohort
    return {
        "pause": pause,
        "team": pause.team,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("team", args=[pause.team_id]),
        "reply_to": cohort.contact_email,
    }


def _pause_ended(message) -> dict[str, Any]:
    team: Team = message.source
    return {
        "team": team,
        "on": wall_in(message.created_at, team.cohort.time_zone).date(),
        "cohort": team.cohort,
        "programme": team.cohort.programme,
        "path": reverse("team", args=[team.pk]),
        "reply_to": team.cohort.contact_email,
    }


def _back(message) -> dict[str, Any]:
    known = _pause(message)
    found = [one for _room, some in pick_up.ask_all(known["team"], message.recipient) for one in some]
    return {**known, "pick_up": found, "takes_mail": takes_mail()}


def _thread(message) -> str:
    """Return the conversation of the team that the source of a message belongs to."""
    return team_talk.thread_of(message.source.team_id)


def _put_off(message) -> dict[str, Any] | None:
    row = message.source
    task = not_this_week.task_of(row.task, row.about)
    if task is None:
        return None
    cohort = row.team.cohort
    return {
        "team": row.team,
        "task": task.name,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("team", args=[row.team_id]),
        "reply_to": cohort.contact_email,
    }


def _put_off_noted(message) -> dict[str, Any] | None:
    row = message.source
    task = not_this_week.task_of(row.task, row.about)
    if task is None or not task.is_theirs(message.recipient):
        return None
    back, on = "", message.due_at.date()
    # The link takes it back for some minutes only, and it may have been put off long before this answer.
    if message.recipient.email and not_this_week.can_be_undone(row):
        back = not_this_week.path_for(person=message.recipient, task=row.task, about=row.about, week=row.week, on=on)
    return {
        "task": task.name,
        "noted": not_this_week.done(),
        "cohort": task.cohort,
        "programme": task.cohort.programme,
        "path": task.path,
        "back": back,
        "reply_to": task.cohort.contact_email,
    }


def _to_get_ready(message) -> dict[str, Any]:
    team = message.source
    return {
        "team": team,
        "items": [item.text for item in team.open_items],
        "first_day": team.first_session,
        "cohort": team.cohort,
        "programme": team.cohort.programme,
        "path": reverse("team", args=[team.pk]),
        "later": _later(message, prework_mail.TASK, team.cohort),
        "takes_mail": takes_mail(),
        "reply_to": team.cohort.contact_email,
    }


def _tasks_of_the_week(message) -> dict[str, Any] | None:
    cohort = message.source
    tasks, more = tasks_mail.told_to(cohort, message.recipient_id)
    if not tasks:
        return None
    return {
        "tasks": [tasks_mail.line_of(task) for task in tasks],
        "more": more,
        "count": len(tasks) + more,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("planning_tasks", args=[cohort.pk]),
        "later": _later(message, tasks_mail.TASK, cohort),
        "takes_mail": takes_mail(),
        "reply_to": cohort.contact_email,
    }


def _later(message, task: str, cohort: Cohort) -> str:
    """Return where the reader puts this off for the week with one tap; "" without a mailbox, of which the link bears a digest."""
    if not message.recipient.email:
        return ""
    week, about = not_this_week.week_of(cohort), uuid.UUID(message.source_id)
    return not_this_week.path_for(person=message.recipient, task=task, about=about, week=week, on=today_in(cohort))


def _merges(source_ids: Collection[str]) -> dict[str, Merge]:
    return {str(one.pk): one for one in Merge.objects.select_related("by").filter(pk__in=source_ids)}


def _one_person(message) -> dict[str, Any] | None:
    merge: Merge = message.source
    cohort = Cohort.objects.select_related("programme").filter(pk=message.scope_id).first()
    if cohort is None:
        return None
    kept = message.recipient_id is not None
    return {
        "kept": kept,
        "who": merge.by.name if merge.by and merge.by.name else gettext("Somebody"),
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("account_email" if kept else "account_login"),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="collaborative/one-person",
        name=_("Two accounts of one person"),
        importance=kinds.Importance.MUST,
        template="collaborative/emails/one_person",
        audience=_("You get this because this is an address of yours here."),
        when=_("At once, when the planning team makes two accounts of one person into one."),
        stops=_("The account that stays is closed, or the person asked to be forgotten."),
        context=_one_person,
        sources=_merges,
        also_when_closed=True,
    )
)
kinds.register(
    kinds.Kind(
        key="collaborative/parted",
        name=_("Two accounts of one person, apart again"),
        importance=kinds.Importance.MUST,
        template="collaborative/emails/parted",
        audience=_("You get this because this is an address of yours here."),
        when=_("At once, when the planning team takes back that two accounts were made into one."),
        stops=_("The account is closed, or the person asked to be forgotten."),
        context=_one_person,
        sources=_merges,
    )
)
kinds.register(
    kinds.Kind(
        key="collaborative/paused",
        name=_("A team takes a break"),
        template="collaborative/emails/paused",
        audience=_("You get this because you coach this team."),
        when=_("At once, when a team takes a break, unless its coach has decided it themselves."),
        stops=_("The break is ended first, the team has left the series, or the person does not coach it any more."),
        context=_pause,
        sources=_pauses,
        thread=_thread,
    )
)
kinds.register(
    kinds.Kind(
        key=ENDED,
        name=_("A team ends its break early"),
        template="collaborative/emails/pause_ended",
        audience=_("You get this because you coach this team."),
        when=_(
            "At once, when a break is ended before its last day, to each coach who knows of it, unless they have ended it "
            "themselves."
        ),
        stops=_(
            "The team takes a break again first, it has left the series, or the person does not coach it any more. Whom no "
            "message about the break has reached yet is told neither of the two."
        ),
        context=_pause_ended,
        sources=ended,
        thread=lambda message: team_talk.thread_of(message.source_id),
    )
)
kinds.register(
    kinds.Kind(
        key="collaborative/back",
        name=_("Welcome back after a break"),
        template="collaborative/emails/back",
        audience=_("You get this because you are in this team."),
        when=_(
            "At nine on the first day after the break, or after a quiet week that follows it; at once where "
            "that hour has passed."
        ),
        stops=_(
            "The break is taken back on its first day, the team has left the series, the person is not in it "
            "any more, or a week has passed."
        ),
        context=_back,
        sources=_pauses,
        thread=_thread,
    )
)


# ---------------------------------------------------------------- announcements


def _announced(message) -> dict[str, Any]:
    row: Announcement = message.source
    lang = language()
    subject, text = row.in_language(lang)
    return {
        "announced_subject": titled(subject, corrects=row.corrects_id is not None),
        "text": as_text(text),
        "html": as_html(text),
        "spoken": lang if row.speaks(lang) else other(lang),
        "corrects": corrects_what(row, lang),
        "cohort": row.cohort,
        "programme": row.cohort.programme,
        "path": reverse("cohort_announcement", args=[row.cohort_id, row.pk]),
        "reply_to": row.cohort.contact,
    }


def _as_it_will_be(message, lang: str) -> dict[str, Any]:
    """Return what the mail itself will be made of in this language, and the line that stands below it."""
    with translation.override(lang):
        return _announced(message) | {"closing": str(kinds.get(message.source.kind).audience)}


def _previewed(message) -> dict[str, Any]:
    row: Announcement = message.source
    return {
        "announcement": row,
        "versions": [(lang, _as_it_will_be(message, lang)) for lang in ("en", "fr") if row.speaks(lang)],
        "cohort": row.cohort,
        "programme": row.cohort.programme,
        "path": reverse("planning_announcement", args=[row.pk]),
        "reply_to": row.cohort.contact,
    }


def _of_the_only_team(message) -> str:
    """Return the conversation of the one team that an announcement goes to, "" where it goes to others as well."""
    teams = message.source.audience.get("teams") or []
    return team_talk.thread_of(teams[0]) if len(teams) == 1 else ""


for _key, _name, _importance in (
    (Announcement.KIND, _("Announcement"), kinds.Importance.NORMAL),
    (Announcement.MUST_KIND, _("Announcement that everybody must know"), kinds.Importance.MUST),
):
    kinds.register(
        kinds.Kind(
            key=_key,
            template="collaborative/emails/announcement",
            name=_name,
            audience=_("You get this because you are part of this series, or answer for a team of it."),
            when=_("When the planning team sends one: once the time to take it back is over, or at the hour it chose."),
            stops=_(
                "It is taken back, changed or hidden first, the person has nothing to do with the series any more, or a "
                "week has passed."
            ),
            context=_announced,
            sources=sources_of,
            thread=_of_the_only_team,
            importance=_importance,
        )
    )
kinds.register(
    kinds.Kind(
        key=PREVIEW,
        template="collaborative/emails/announcement_preview",
        name=_("An announcement, to look at first"),
        audience=_("You get this because you asked for it in the planning room."),
        when=_("At once, when a planner asks for an announcement as a mail to themselves."),
        stops=_("The announcement is changed or thrown away first."),
        context=_previewed,
        sources=sources_of,
        priority=kinds.SOON,
        importance=kinds.Importance.MUST,
        listed=False,
    )
)
kinds.register(
    kinds.Kind(
        key=not_this_week.TOLD,
        name=_("A team puts something off"),
        template="collaborative/emails/put_off",
        audience=_("You get this because you coach this team."),
        when=_(
            "When a team puts off the same task for the second week in a row and the time to undo it is over; once for each "
            "task."
        ),
        stops=_(
            "It was done after all in one of the two weeks, or taken back, the team has left the series, or the person does "
            "not coach it any more."
        ),
        context=_put_off,
        sources=not_this_week.told_to_coaches,
        thread=_thread,
    )
)
kinds.register(
    kinds.Kind(
        key=put_off_by_mail.NOTED,
        name=_("A task was put off by answering a mail"),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        template="collaborative/emails/put_off_noted",
        audience=_("You get this because you answered a mail with “Not this week”."),
        when=_(
            "At once, when somebody answers the mail about what is left to get ready, or about the tasks of the planning "
            "team, with “Not this week”."
        ),
        stops=_("It is taken back first, or the task is not the person’s any more."),
        context=_put_off_noted,
        sources=not_this_week.told_of,
        listed=False,
    )
)
kinds.register(
    kinds.Kind(
        key=prework_mail.KIND,
        name=_("What is left to get ready"),
        template="collaborative/emails/prework",
        audience=_("You get this because you lead this team."),
        when=_(
            "Once, at ten a week before the first session, where something of the list is not ready; a break or a quiet "
            "week puts it off. Whoever leads the team only since then gets it on the day after."
        ),
        stops=_(
            "All of it is ready, the first session has come or has moved away, the team has a break or a quiet week that "
            "day or has left, or the person does not lead it any more or said “Not this week”."
        ),
        context=_to_get_ready,
        sources=prework_mail.with_open,
        thread=lambda message: team_talk.thread_of(message.source_id),
    )
)
kinds.register(
    kinds.Kind(
        key=tasks_mail.KIND,
        name=_("Tasks of the planning team this week"),
        template="collaborative/emails/tasks",
        audience=_("You get this because you plan this series."),
        when=_(
            "On Monday at eight, to each planner, where tasks in their name or in nobody’s are due that week, or late by "
            "four weeks at most."
        ),
        stops=_(
            "All of it is done, it is Wednesday, or the person does not plan this series any more or said “Not this week”."
        ),
        context=_tasks_of_the_week,
        sources=tasks_mail.with_tasks,
    )
)


def _cannot_be_reached(message) -> dict[str, Any]:
    row = message.source
    cohort = row.team.cohort
    return {
        "name": row.user.name or gettext("Somebody"),
        "team": row.team,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("team", args=[row.team_id]),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key=unreachable.KIND,
        name=_("Somebody of the team cannot be reached by mail"),
        template="collaborative/emails/unreachable",
        audience=_("You get this because you lead this team."),
        when=_(
            "At once, when mail to somebody of the team comes back because there is no such mailbox; on the site only, once a "
            "month for each person."
        ),
        stops=_("The person is not in the team any more, or the reader does not lead it any more."),
        context=_cannot_be_reached,
        sources=unreachable.memberships,
    )
)
team_talk.answered_by_team(BACK)
