"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from django.db import transaction

from collaborative.models import Cohort, Membership, Programme, Reschedule
from collaborative.services import end_role


def data_of(user) -> dict:
    """Return the roles ``user`` held, as what and where; the dates they moved, and why; where they are the contact."""
    scopes = ("programme__name_en", "cohort__name_en", "organisation__name", "team__name")
    contact = {"contact_email__iexact": user.email or "nobody"}
    return {
        "roles": list(
            Membership.objects.filter(user=user).order_by("since").values("role", "title", "since", "until", *scopes)
        ),
        "dates_moved": list(Reschedule.objects.filter(by=user).order_by("created_at").values("created_at", "reason")),
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
    Membership.objects.filter(user=user).update(title="")
    Reschedule.objects.filter(by=user).update(reason="")
    if user.email:
        for model in (Programme, Cohort):
            model._default_manager.filter(contact_email__iexact=user.email).update(contact_email="")
