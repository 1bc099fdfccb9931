"""The work of a person, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from jobs import kinds
from jobs.models import Job

MOST = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of "My files": what it is called, where it is followed ("" = nowhere else), and whether a file came of it."""

    job: Job
    title: str
    page: str

    @property
    def has_file(self) -> bool:
        return bool(self.job.result_name)


def jobs_of(user):
    """Return the work that ``user`` asked for, the latest first."""
    return Job.objects.visible_to(user)


def may_have(user, job: Job) -> bool:
    """Return whether ``user`` may have what came of their work now: what it holds may not concern them any more."""
    kind = kinds.find(job.kind)
    return kind is None or kind.still_theirs(job, user)


def listed_for(user) -> list[Listed]:
    """Return the latest of it with its words. Kinds that are no longer known are left out, and what is not theirs any more."""
    rows = []
    for job in jobs_of(user).listed()[:MOST]:
        if (kind := kinds.find(job.kind)) and kind.still_theirs(job, user):
            rows.append(Listed(job, kind.title(job), kind.page(job)))
    return rows
