"""Verbs of long work: ask for it, do what waits, stop it, clear away.

Rows are the diary, the broker only the bell: a worker that is told takes what waits, and every tick looks again.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.accidents import log_accident
from core.refusals import Refused
from jobs import kinds
from jobs.models import OVER, Job, State
from notifications import bell

log = logging.getLogger(__name__)

# So often is it begun before a person has to look.
MOST_ATTEMPTS: Final = 3
# So much may wait for one person at once.
MOST_AT_ONCE: Final = 5
KEPT: Final = dt.timedelta(days=30)

_CLAIM: Final = """
UPDATE jobs_job SET state = 'running', claim_token = %(token)s, attempts = attempts + 1,
    begun_at = coalesce(begun_at, clock_timestamp()),
    lease_until = clock_timestamp() + %(lease)s * interval '1 second'
WHERE id = (
    SELECT id FROM jobs_job
    WHERE state = 'waiting' OR (state = 'running' AND lease_until < clock_timestamp())
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
_RENEW: Final = """
UPDATE jobs_job SET done = %(done)s, most = %(most)s,
    lease_until = clock_timestamp() + %(lease)s * interval '1 second'
WHERE id = %(id)s AND claim_token = %(token)s AND state = 'running'
"""


class NotOursAnyMore(Exception):
    """The work was stopped, or another worker has taken it up."""


@transaction.atomic
def ask_for(kind: str, *, by, sent: bytes | None = None, **params: Any) -> Job:
    """Write down that this is to be done, and ring for a worker. Refuses while much of the same person's waits."""
    if kinds.find(kind) is None:
        raise LookupError(f"no kind of work is called {kind}")
    if Job.objects.visible_to(by).unfinished().count() >= MOST_AT_ONCE:
        raise Refused(_("Several things of yours are being worked on. Wait until one is done, then try again."))
    job = Job.objects.create(kind=kind, by=by, sent=sent, params=params)
    record("job.asked", job, by=by, kind=kind)
    bell.once_after_commit(call_to_work)
    return job


@transaction.atomic
def make_for(kind: str, *, to, **params: Any) -> Job:
    """Write down that this is to be done for somebody who did not ask: it lies among their files when it is done."""
    if kinds.find(kind) is None:
        raise LookupError(f"no kind of work is called {kind}")
    job = Job.objects.create(kind=kind, by=to, params=params)
    record("job.made", job, kind=kind)
    bell.once_after_commit(call_to_work)
    return job


@transaction.atomic
def stop(*, job: Job, by) -> None:
    """Stop what waits or runs; what is written already stays. Does nothing to what is over."""
    stopped = (
        Job.objects.unfinished()
        .filter(pk=job.pk)
        .update(state=State.STOPPED, ended_at=Now(), sent=None, claim_token=None, lease_until=None)
    )
    if stopped:
        record("job.stopped", job, by=by, kind=job.kind)


def call_to_work() -> bool:
    """Ask a worker to look for work now; return whether the broker took it. Never raises."""
    from jobs import tasks

    return bell.ring(tasks.work)


def work() -> int:
    """Do what waits, one after the other, until nothing does. Returns how many were ended. Safe beside any number of others."""
    ended = 0
    while (job := _claim()) is not None:
        ended += _do(job)
    return ended


def _claim() -> Job | None:
    token = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"token": token, "lease": settings.LEASE_SECONDS})
        row = cursor.fetchone()
    return Job.objects.select_related("by").get(pk=row[0]) if row else None


def _do(job: Job) -> bool:
    kind = kinds.find(job.kind)
    if kind is None or job.attempts > MOST_ATTEMPTS:
        log.error("work of the kind %s was given up after %d attempts", job.kind, job.attempts - 1)
        return _end(job, state=State.FAILED, result=kinds.Result())
    try:
        result = kind.run(job, _progress_of(job))
    except NotOursAnyMore:
        return False
    except Refused as refused:
        return _end(job, state=State.FAILED, result=kinds.Result(report={"sentence": refused.sentence}))
    except Exception:
        log_accident(log, "work of the kind %s failed", job.kind)
        return _let_go(job)
    return _end(job, state=State.DONE, result=result)


def _progress_of(job: Job):
    def progress(done: int, most: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                _RENEW,
                {"id": job.pk, "token": job.claim_token, "lease": settings.LEASE_SECONDS, "done": done, "most": most},
            )
            if cursor.rowcount != 1:
                raise NotOursAnyMore

    return progress


@transaction.atomic
def _end(job: Job, *, state: State, result: kinds.Result) -> bool:
    """Write what came of it, if it is still ours. Returns whether it was."""
    ours = Job.objects.filter(pk=job.pk, claim_token=job.claim_token, state=State.RUNNING)
    ended = ours.update(
        state=state,
        ended_at=Now(),
        sent=None,
        claim_token=None,
        lease_until=None,
        done=F("most") if state == State.DONE else F("done"),
        report=result.report,
        result=result.file,
        result_name=result.name,
        result_type=result.type,
    )
    if ended:
        record(f"job.{state}", job, by=job.by, kind=job.kind)
    return bool(ended)


def _let_go(job: Job) -> bool:
    """Let the next round try again what broke; the last time it is over."""
    if job.attempts >= MOST_ATTEMPTS:
        return _end(job, state=State.FAILED, result=kinds.Result())
    Job.objects.filter(pk=job.pk, claim_token=job.claim_token).update(lease_until=Now())
    return False


def to_sweep(now: dt.datetime) -> list[QuerySet[Job]]:
    """Return what waits at ``now``, and what is old (``notifications.sweep.looks``)."""
    return [_waiting(now), _old(now)]


def _waiting(now: dt.datetime) -> QuerySet[Job]:
    return Job.objects.unfinished().exclude(state=State.RUNNING, lease_until__gt=now)


def _old(now: dt.datetime) -> QuerySet[Job]:
    return Job.objects.filter(state__in=OVER, ended_at__lt=now - KEPT)


def sweep(now: dt.datetime | None = None) -> None:
    """At every tick: ring for what waits (do it here where nobody hears the bell), and clear away what is old."""
    now = now or timezone.now()
    _old(now).delete()
    if _waiting(now).exists() and not call_to_work():
        work()


def data_of(user) -> dict:
    """Return the work that ``user`` asked for: what kind, when, and what became of it."""
    fields = ("kind", "created_at", "state", "ended_at", "result_name")
    return {"jobs": list(Job.objects.filter(by=user).order_by("created_at").values(*fields))}


def forget(user) -> None:
    """Take away what ``user`` sent in and what came of it."""
    Job.objects.filter(by=user).delete()


def replace_file(job: Job, content: bytes | None) -> None:
    """Let another file take the place of what came out, because it holds less: somebody in it was forgotten."""
    Job.objects.filter(pk=job.pk).update(result=content)
