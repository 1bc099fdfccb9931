"""A programme's template of phases and tasks, changed by those who plan it. Cohorts that stand keep what they have."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import timeline
from collaborative.making import ENROLMENT_DAYS, circle, shape_of
from collaborative.models import Only, PhaseKind, Programme, TemplatePhase, TemplateTask
from collaborative.tasks import anchor_name
from core.refusals import Overtaken, Refused

MOST_TASKS = 200
MOST_PHASES = 40
# Kinds of which one says "the second".
NUMBERED = (PhaseKind.SESSION, PhaseKind.ACTION)
# Days of a template are tried from here; any day would do.
FIRST = dt.date(2027, 1, 5)


# ---------------------------------------------------------------- phases


@transaction.atomic
def change_phase(*, phase: TemplatePhase, version: int, by, **values: Any) -> TemplatePhase:
    """Change a phase of the template. Returns it as it stands then. ``after``: the key of the phase it stands after.

    Refuses anchors from which no dates follow, in any form of the series. Raises Overtaken where somebody was faster.
    """
    rows = _locked(phase.programme)
    now = next((row for row in rows if row.pk == phase.pk), None)
    if now is None or now.taken_out_at:
        raise Refused(_("Somebody has taken this phase out in the meantime."))
    now.after = stands_after(now, rows)  # type: ignore[attr-defined]  # beside the columns: its place, as people say it
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    for name, value in changed.items():
        setattr(now, name, value)
    if "after" in changed:
        rows = _placed(now, rows, changed["after"])
    _keep_resolvable(rows)
    now.version += 1
    now.save(update_fields=[*(name for name in changed if name != "after"), "version"])
    _keep_in_line(rows)
    record("template.phase_changed", now, by=by, programme_id=now.programme_id, fields=sorted(changed))
    return now


@transaction.atomic
def add_phase(*, programme: Programme, kind: str, after: str, by, **values: Any) -> TemplatePhase:
    """Add a phase that every new cohort of the programme gets, standing after the phase of this key ("" = first)."""
    rows = _locked(programme)
    if sum(row.taken_out_at is None for row in rows) >= MOST_PHASES:
        raise Refused(_("There are very many phases here already. Take some out first."))
    phase = TemplatePhase(
        programme=programme, key=f"added-{uuid.uuid4().hex[:12]}", kind=kind, ordinal=len(rows) + 1, **values
    )
    rows = _placed(phase, rows, after)
    _keep_resolvable(rows)
    phase.save(force_insert=True)
    _keep_in_line(rows)
    record("template.phase_added", phase, by=by, programme_id=programme.pk)
    return phase


@dataclasses.dataclass(frozen=True)
class TakingOut:
    """What goes with a phase that is taken out: its tasks, and the phases that count from another one then.

    ``mark`` stands for all of it: only what was seen is taken out.
    """

    tasks: list[TemplateTask]
    hanging: list[TemplatePhase]
    mark: str


def taking_out(phase: TemplatePhase) -> TakingOut:
    """Return what goes with ``phase`` when it is taken out."""
    tasks = list(TemplateTask.objects.standing().filter(programme=phase.programme_id, anchor=phase.key))
    others = TemplatePhase.objects.standing().filter(programme=phase.programme_id).exclude(pk=phase.pk)
    hanging = [row for row in others if phase.key in (row.start_anchor, row.end_anchor)]
    told = [(str(row.pk), row.version) for row in (phase, *tasks, *hanging)]
    return TakingOut(tasks, hanging, hashlib.sha256(repr(told).encode()).hexdigest()[:32])


@transaction.atomic
def take_out_phase(*, phase: TemplatePhase, seen: str, by) -> TakingOut | None:
    """Take a phase out of the template, with the tasks that are counted from it; ``put_back_phase`` brings all back.

    ``seen`` is the mark of what somebody looked at: where something else would go, nothing is done and that comes back.
    Refuses to leave a series without a session, and an order from which no dates follow.
    """
    rows = _locked(phase.programme)
    now = next(row for row in rows if row.pk == phase.pk)
    if now.taken_out_at:
        return None
    found = taking_out(now)
    if found.mark != seen:
        return found
    now.taken_out_at = timezone.now()
    if not any(row.is_moment and not row.only for row in rows if not row.taken_out_at):
        raise Refused(_("A series needs a session. Add another one first."))
    _keep_resolvable(rows)
    now.save(update_fields=["taken_out_at"])
    _keep_in_line(rows)
    record("template.phase_taken_out", now, by=by, programme_id=now.programme_id, tasks=len(found.tasks))
    return None


@transaction.atomic
def put_back_phase(*, phase: TemplatePhase, by) -> None:
    """Put a phase back where it stood, with its tasks. Standing already is as good."""
    rows = _locked(phase.programme)
    now = next(row for row in rows if row.pk == phase.pk)
    if now.taken_out_at is None:
        return
    now.taken_out_at = None
    try:
        _keep_resolvable(rows)
    except Refused as refused:
        raise Refused(
            _("“%(name)s” does not fit any more: %(why)s") % {"name": now.name, "why": refused.sentence}
        ) from refused
    now.save(update_fields=["taken_out_at"])
    _keep_in_line(rows)
    record("template.phase_put_back", now, by=by, programme_id=now.programme_id)


def stands_after(phase: TemplatePhase, rows: Iterable[TemplatePhase]) -> str:
    """Return the key of the phase that ``phase`` stands after, "" where it is the first."""
    before = [row for row in rows if row.taken_out_at is None and row.ordinal < phase.ordinal]
    return max(before, key=lambda row: row.ordinal).key if before else ""


def _locked(programme: Programme) -> list[TemplatePhase]:
    """Return the phases of the template in order, nobody else's to change until the end of the transaction."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    return list(TemplatePhase.objects.filter(programme=programme).order_by("ordinal", "created_at"))


def _placed(phase: TemplatePhase, rows: list[TemplatePhase], after: str) -> list[TemplatePhase]:
    """Return the phases in their new order, ``phase`` after the one of this key."""
    others = [row for row in rows if row.pk != phase.pk]
    places = [place for place, row in enumerate(others, start=1) if row.key == after and not row.taken_out_at]
    if after and not places:
        raise Refused(_("There is no such phase to stand after. Choose another."), field="after")
    place = places[0] if after else 0
    line = [*others[:place], phase, *others[place:]]
    for ordinal, row in enumerate(line, start=1):
        row.ordinal = ordinal
    return line


def _keep_in_line(rows: list[TemplatePhase]) -> None:
    """Write the places, and the numbers that sessions and action periods wear by their place."""
    numbers: dict[str, int] = {}
    for ordinal, row in enumerate(rows, start=1):
        number = row.number
        if row.kind in NUMBERED and not row.taken_out_at:
            number = numbers[row.kind] = numbers.get(row.kind, 0) + 1
        TemplatePhase.objects.filter(pk=row.pk).exclude(ordinal=ordinal, number=number).update(
            ordinal=ordinal, number=number
        )


def _keep_resolvable(rows: list[TemplatePhase]) -> None:
    extras = (Only.THIRD_PERIOD, Only.CONGRESS)
    for wanted in itertools.chain.from_iterable(itertools.combinations(extras, n) for n in range(3)):
        left_out = {row.key for row in rows if row.taken_out_at or (row.only and row.only not in wanted)}
        try:
            spans = timeline.resolve(FIRST, timeline.without([shape_of(row) for row in rows], left_out))
        except timeline.NoTimeline as wrong:
            raise Refused(circle(), field="start_anchor") from wrong
        _keep_order([row for row in rows if row.key in spans], spans)


def _keep_order(line: list[TemplatePhase], spans: dict[str, timeline.Span]) -> None:
    """Refuse days that do not follow the places of the phases."""
    sessions = [(row, spans[row.key].start) for row in line if row.is_moment]
    for (before, first), (after, second) in itertools.pairwise(sessions):
        if second <= first:
            raise Refused(
                _("“%(after)s” must come after “%(before)s”.") % {"before": before.name, "after": after.name},
                field="start_offset",
            )
    if sessions and sessions[0][1] < FIRST:
        raise Refused(_("A session cannot come before the first day."), field="start_offset")
    for place, row in enumerate(line):
        for other, session in enumerate(line):
            if row.is_moment or not session.is_moment:
                continue
            days, on = spans[row.key], spans[session.key].start
            if other < place and days.end < on:
                _refuse_place(row, _("“%(name)s” stands after “%(session)s”, but its days come before it."), session)
            if other > place and days.start > on:
                _refuse_place(row, _("“%(name)s” stands before “%(session)s”, but its days come after it."), session)


def _refuse_place(row: TemplatePhase, words: str, session: TemplatePhase) -> None:
    raise Refused(words % {"name": row.name, "session": session.name}, field="after")


# ---------------------------------------------------------------- tasks


@transaction.atomic
def change_template_task(*, task: TemplateTask, version: int, by, **values: Any) -> TemplateTask:
    """Change a task of the template. Returns it as it stands then. Raises Overtaken where somebody was faster."""
    now = TemplateTask.objects.select_for_update().get(pk=task.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    _keep_anchor(now.programme_id, values["anchor"], unless=now.anchor)
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
    _keep_few(programme.pk)
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
def take_out_task(*, task: TemplateTask, by) -> None:
    """Take a task out of the template. Out already is as good."""
    if TemplateTask.objects.standing().filter(pk=task.pk).update(taken_out_at=timezone.now()):
        record("template.task_taken_out", task, by=by, programme_id=task.programme_id, text=task.text_en)


@transaction.atomic
def put_back_task(*, task: TemplateTask, by) -> None:
    """Put a task back into the template. In it already is as good."""
    Programme.objects.select_for_update().get(pk=task.programme_id)
    _keep_few(task.programme_id)
    if TemplateTask.objects.filter(pk=task.pk, taken_out_at__isnull=False).update(taken_out_at=None):
        record("template.task_put_back", task, by=by, programme_id=task.programme_id)


def _keep_few(programme_id) -> None:
    if TemplateTask.objects.standing().filter(programme=programme_id).count() >= MOST_TASKS:
        raise Refused(_("There are very many tasks here already. Remove some first."))


def _keep_anchor(programme_id, anchor: str, *, unless: str | None = None) -> None:
    """Refuse a day to count from that there is not; ``unless`` is what the task is counted from already."""
    phases = TemplatePhase.objects.standing().filter(programme=programme_id).values_list("key", flat=True)
    if anchor not in {"", unless, *ENROLMENT_DAYS, *phases}:
        raise Refused(_("There is no such date to count from. Choose another."), field="anchor")


def anchors_of(programme: Programme, task: TemplateTask | None = None) -> list[tuple[str, str]]:
    """Return what a task of the template may be counted from, as (key, name); with what ``task`` is counted from now."""
    rows = [row for row in programme.template.all() if not row.taken_out_at or (task and row.key == task.anchor)]
    phases = {row.key: row.name for row in rows}
    return [(key, anchor_name(key, phases)) for key in ("", *ENROLMENT_DAYS, *phases)]
