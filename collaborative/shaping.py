"""A programme's template of phases and tasks, changed by those who plan it. Cohorts that stand keep what they have."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import timeline
from collaborative.making import ENROLMENT_DAYS, circle, shape_of
from collaborative.models import Only, Programme, TemplatePhase, TemplateTask
from collaborative.tasks import anchor_name
from core.refusals import Overtaken, Refused

MOST_TASKS = 200


@transaction.atomic
def change_phase(*, phase: TemplatePhase, version: int, by, **values: Any) -> TemplatePhase:
    """Change a phase of the template. Returns it as it stands then.

    Refuses anchors from which no dates follow, in any form of the series. Raises Overtaken where somebody was faster.
    """
    Programme.objects.select_for_update().get(pk=phase.programme_id)
    now = TemplatePhase.objects.get(pk=phase.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    for name, value in changed.items():
        setattr(now, name, value)
    _keep_resolvable(now)
    now.version += 1
    now.save(update_fields=[*changed, "version"])
    record("template.phase_changed", now, by=by, programme_id=now.programme_id, fields=sorted(changed))
    return now


def _keep_resolvable(changed: TemplatePhase) -> None:
    rows = [
        changed if row.pk == changed.pk else row for row in TemplatePhase.objects.filter(programme=changed.programme_id)
    ]
    extras = (Only.THIRD_PERIOD, Only.CONGRESS)
    for wanted in itertools.chain.from_iterable(itertools.combinations(extras, n) for n in range(3)):
        left_out = {row.key for row in rows if row.only and row.only not in wanted}
        try:
            spans = timeline.resolve(dt.date(2027, 1, 5), timeline.without([shape_of(row) for row in rows], left_out))
        except timeline.NoTimeline as wrong:
            raise Refused(circle(), field="start_anchor") from wrong
        line = [(row, spans[row.key].start) for row in sorted(rows, key=lambda row: row.ordinal) if row.key in spans]
        sessions = [(row, on) for row, on in line if row.is_moment]
        for (before, first), (after, second) in itertools.pairwise(sessions):
            if second <= first:
                raise Refused(
                    _("“%(after)s” must come after “%(before)s”.") % {"before": before.name, "after": after.name},
                    field="start_offset",
                )
        if sessions and sessions[0][1] < dt.date(2027, 1, 5):
            raise Refused(_("A session cannot come before the first day."), field="start_offset")


@transaction.atomic
def change_template_task(*, task: TemplateTask, version: int, by, **values: Any) -> TemplateTask:
    """Change a task of the template. Returns it as it stands then. Raises Overtaken where somebody was faster."""
    now = TemplateTask.objects.select_for_update().get(pk=task.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    _keep_anchor(now.programme_id, values["anchor"])
    for name, value in changed.items():
        setattr(now, name, value)
    now.version += 1
    now.save(update_fields=[*changed, "version"])
    record("template.task_changed", now, by=by, programme_id=now.programme_id, fields=sorted(changed))
    return now


@transaction.atomic
def add_template_task(
    *, programme: Programme, text_en: str, text_fr: str, anchor: str, offset: int, by
) -> TemplateTask:
    """Add a task that every new cohort of the programme gets."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    if TemplateTask.objects.filter(programme=programme).count() >= MOST_TASKS:
        raise Refused(_("There are very many tasks here already. Remove some first."))
    _keep_anchor(programme.pk, anchor)
    task = TemplateTask.objects.create(
        programme=programme,
        key=f"added-{uuid.uuid4().hex[:12]}",
        text_en=text_en,
        text_fr=text_fr,
        anchor=anchor,
        offset=offset,
    )
    record("template.task_added", task, by=by, programme_id=programme.pk)
    return task


@transaction.atomic
def remove_template_task(*, task: TemplateTask, by) -> None:
    """Take a task out of the template. Gone already is as good."""
    record("template.task_removed", task, by=by, programme_id=task.programme_id, text=task.text_en)
    TemplateTask.objects.filter(pk=task.pk).delete()


def _keep_anchor(programme_id, anchor: str) -> None:
    known = {"", *ENROLMENT_DAYS, *TemplatePhase.objects.filter(programme=programme_id).values_list("key", flat=True)}
    if anchor not in known:
        raise Refused(_("There is no such date to count from. Choose another."), field="anchor")


def anchors_of(programme: Programme) -> list[tuple[str, str]]:
    """Return what a task of the template may be counted from, as (key, name)."""
    phases = {row.key: row.name for row in programme.template.all()}
    return [(key, anchor_name(key, phases)) for key in ("", *ENROLMENT_DAYS, *phases)]
