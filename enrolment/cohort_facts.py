"""What is said of a cohort besides its dates: names, places, the campaign, whom one writes to."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from audit.services import record
from collaborative.models import Cohort
from core.refusals import Overtaken
from enrolment import seats

FACTS: Final = ("name_en", "name_fr", "campaign_en", "campaign_fr", "contact_email", "seats")


@transaction.atomic
def change(*, cohort: Cohort, version: int, by, **facts: Any) -> Cohort:
    """Change what is said of a cohort (``FACTS``), and return it as it stands then.

    Raises Overtaken where somebody else has changed it since ``version``, and Refused for fewer places than are taken.
    """
    row = seats.locked(cohort)
    changed = {name: facts[name] for name in FACTS if name in facts and facts[name] != getattr(row, name)}
    if not changed:
        return row
    if row.version != version:
        raise Overtaken(row)
    if "seats" in changed:
        seats.set_seats(cohort=row, seats=changed["seats"], by=by)
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    record("cohort.changed", row, by=by, cohort_id=row.pk, fields=sorted(changed))
    return row
