"""How a team wants to work together: in its own words, agreed to by each member, and asked again when it changes."""

from __future__ import annotations

import dataclasses

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Agreed, Agreement, Membership, Team
from collaborative.querysets import by_name
from core.refusals import Overtaken, Refused

WORDS = ("meeting", "roles", "goals", "disagreeing")


@dataclasses.dataclass(frozen=True)
class Standing:
    """The agreement of a team (None while nothing is written), who of it agreed to what stands now, and who has not yet."""

    agreement: Agreement | None
    agreed: list[str]
    open: list[str]
    mine: bool


def standing_of(team: Team, user) -> Standing:
    """Return how the agreement of ``team`` stands, for ``user``."""
    agreement = Agreement.objects.select_related("changed_by").filter(team=team).first()
    said = set()
    if agreement:
        now = Agreed.objects.filter(agreement=agreement, version=agreement.version)
        said = set(now.values_list("by", flat=True))
    members = Membership.objects.belonging().filter(team=team).order_by(by_name("user__name"))
    people = dict(members.values_list("user", "user__name"))
    return Standing(
        agreement=agreement,
        agreed=[name for key, name in people.items() if key in said],
        open=[name for key, name in people.items() if key not in said],
        mine=user.pk in said,
    )


@transaction.atomic
def write(*, team: Team, version: int, by, **words: str) -> Agreement:
    """Write the agreement, and agree to it. Refuses with ``Overtaken`` where somebody else wrote since ``version`` (0: none).

    The same words again change nothing, and nobody is asked anew.
    """
    row = Agreement.objects.select_for_update(of=("self",)).filter(team=team).first()
    if row is None:
        try:
            with transaction.atomic():
                row = Agreement.objects.create(team=team, version=1, changed_by=by, **words)
        except IntegrityError:  # somebody wrote the first one at the same moment
            raise Overtaken(Agreement.objects.select_related("changed_by").get(team=team)) from None
    elif {name: getattr(row, name) for name in WORDS} == words:
        return row
    elif row.version != version:
        raise Overtaken(Agreement.objects.select_related("changed_by").get(pk=row.pk))
    else:
        Agreement.objects.filter(pk=row.pk).update(**words, version=F("version") + 1, changed_by=by, changed_at=Now())
        row.refresh_from_db()
    record("agreement.written", row, by=by, cohort_id=team.cohort_id, version=row.version)
    agree(agreement=row, version=row.version, by=by)
    return row


@transaction.atomic
def agree(*, agreement: Agreement | None, version: int | None, by) -> None:
    """Agree to what one has read. Refuses where other words stand there now, or none."""
    row = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk) if agreement else None
    if row is None or row.version != version:
        raise Refused(_("It has changed since you opened it. Read it once more."))
    said, made = Agreed.objects.get_or_create(agreement=row, version=version, by=by)
    if made:
        record("agreement.agreed", said, by=by, version=version)
