"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from django.db import transaction

from collaborative.models import (
    Agreed,
    Agreement,
    Cohort,
    Membership,
    Pause,
    PlanningTask,
    PreworkTick,
    Programme,
    Reschedule,
)
from collaborative.services import end_role


def data_of(user) -> dict:
    """Return the roles ``user`` held, as what and where; the dates they moved and the cohorts they closed, and
    why; the tasks that are theirs; where they are the contact."""
    scopes = ("programme__name_en", "cohort__name_en", "organisation__name", "team__name")
    as_what = ("role", "title", "position", "circle", "since", "until", "left_why")
    contact = {"contact_email__iexact": user.email or "nobody"}
    return {
        "roles": list(Membership.objects.filter(user=user).order_by("since").values(*as_what, *scopes)),
        "dates_moved": list(Reschedule.objects.filter(by=user).order_by("created_at").values("created_at", "reason")),
        "cohorts_closed": list(
            Cohort.objects.filter(closed_by=user).values("name_en", "name_fr", "closed_at", "closed_reason")
        ),
        "planning_tasks": list(
            PlanningTask.objects.filter(assignee=user)
            .order_by("due_on")
            .values("text_en", "text_fr", "due_on", "done_at")
        ),
        "agreed_to": list(
            Agreed.objects.filter(by=user)
            .order_by("created_at")
            .values("agreement__team__name", "version", "created_at")
        ),
        "contact_of": [
            *Programme.objects.filter(**contact).values_list("name_en", flat=True),
            *Cohort.objects.filter(**contact).values_list("name_en", flat=True),
        ],
    }


@transaction.atomic
def forget(user) -> None:
    """End every role, and empty the person's words and address. That a nameless somebody held a role from when to when stays.

    Refuses while somebody is the last to plan a cohort.
    """
    # Of somebody whose account is closed already too; in one order, so that two never wait for each other.
    for membership in Membership.objects.filter(user=user, until=None).order_by("cohort_id", "programme_id", "pk"):
        end_role(membership=membership, by=user)
    Membership.objects.filter(user=user).update(title="", left_why="")
    Reschedule.objects.filter(by=user).update(reason="")
    Cohort.objects.filter(closed_by=user).update(closed_by=None, closed_reason="")
    Agreed.objects.filter(by=user).delete()
    # The words of a team are the team's; who wrote or ticked last is nobody's business any more.
    Agreement.objects.filter(changed_by=user).update(changed_by=None)
    PreworkTick.objects.filter(by=user).update(by=None)
    Pause.objects.filter(by=user).update(by=None)
    Pause.objects.filter(ended_by=user).update(ended_by=None)
    PlanningTask.objects.filter(assignee=user).update(assignee=None)
    PlanningTask.objects.filter(done_by=user).update(done_by=None)
    if user.email:
        for model in (Programme, Cohort):
            model._default_manager.filter(contact_email__iexact=user.email).update(contact_email="")
