"""What the planning team of the demo has before it this week, what it wrote to everybody, and when nobody is asked anything."""

from __future__ import annotations

import datetime as dt

from collaborative.addressing import Audience, people_in
from collaborative.holidays import late_decembers
from collaborative.line import today_in
from collaborative.models import Announcement, Cohort, QuietWeek
from collaborative.tasks import planners_of
from core.time import wall_in
from desk.demo.marks import demo_id
from desk.demo.populate import World
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage

# Keys of tasks that wait, and which of the planners (by name) does them; None is nobody yet.
OPEN = {"ls2-ask-speakers": 0, "ls3-who-shows": None}


def plan_the_team(world: World, cohort: Cohort) -> None:
    """Leave two tasks to be done, share the next ones out, and keep late December free where the series runs over it."""
    planners = list(planners_of(cohort))
    today = wall_in(world.now, cohort.time_zone).date()
    cohort.tasks.filter(done_at__isnull=False).update(done_by=planners[0])
    for key, place in OPEN.items():
        cohort.tasks.filter(key=key, due_on__gte=today - dt.timedelta(days=7)).update(
            done_at=None, done_by=None, assignee=None if place is None else planners[place]
        )
    for task in cohort.tasks.open().filter(anchor="ls2"):
        cohort.tasks.filter(pk=task.pk).update(assignee=planners[task.offset % len(planners)])
    _write_to_everybody(world, cohort, planners[0])
    last = max(phase.ends_on for phase in cohort.phases.all())
    QuietWeek.objects.bulk_create(
        QuietWeek(
            id=demo_id("quiet", str(first.year)), cohort=cohort, starts_on=first, ends_on=end,
            name_en="Late December", name_fr="Temps des fêtes",
        )
        for first, end in late_decembers(today_in(cohort, world.now), last)
    )  # fmt: skip


def _write_to_everybody(world: World, cohort: Cohort, by) -> None:
    """Let the planning team have told everybody something five days ago: everybody has got it."""
    at = world.now - dt.timedelta(days=5)
    row = Announcement.objects.create(
        id=demo_id("announcement", "captions"),
        cohort=cohort,
        by=by,
        sent_by=by,
        leaves_at=at,
        created_at=at,
        subject_en="Captions in both languages from now on",
        subject_fr="Désormais, des sous-titres dans les deux langues",
        text_en="Some of you asked for captions.\n\n- They are on in the main room, in **English and French**.\n"
        "- In the small rooms you turn them on yourselves.\n\nThank you for telling us.",
        text_fr="Plusieurs d'entre vous ont demandé des sous-titres.\n\n- Ils sont activés dans la salle principale, "
        "en **français et en anglais**.\n- Dans les petits groupes, vous les activez vous-mêmes.\n\n"
        "Merci de nous l'avoir dit.",
    )
    people = people_in(cohort, Audience())
    notifications.plan_many(
        row.kind, to=people, about=row, due=at, occurrence="announced", version=row.version, scope=cohort
    )
    PlannedMessage.objects.about(row).update(state=states.SENT, attempts=1, sent_at=at, updated_at=at)
