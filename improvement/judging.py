"""By which rules a programme judges its charts: read, and chosen by its planning team."""

from __future__ import annotations

from django.db import transaction

from audit.services import record
from collaborative.models import Programme
from core.refusals import Overtaken
from improvement.models import ChartRules


def rules_of(programme_id) -> ChartRules:
    """Return the choice of a programme, not saved yet where it goes by the default."""
    return ChartRules.objects.filter(programme=programme_id).first() or ChartRules(programme_id=programme_id)


@transaction.atomic
def choose(
    *,
    programme: Programme,
    rule_set: str,
    version: int,
    by,
    control_charts: bool | None = None,
    control_rules: str | None = None,
    screened: bool | None = None,
) -> ChartRules:
    """Judge the charts of a programme by this set (a key of ``RULE_SETS``), and show control charts or not.

    What is None stays as it is. Return the choice as it stands then.

    Raises Overtaken where somebody was faster.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)  # one after the other, the first one too
    row = rules_of(programme.pk)
    wanted = {
        "rule_set": rule_set,
        "control_charts": control_charts,
        "control_rules": control_rules,
        "screened": screened,
    }
    changed = {name: now for name, now in wanted.items() if now is not None and getattr(row, name) != now}
    if not changed:
        return row
    if row.version != version:
        raise Overtaken(row)
    before = [f"{name}: {getattr(row, name)}" for name in changed]
    for name, now in changed.items():
        setattr(row, name, now)
    row.version += 1
    row.save()
    record(
        "chart_rules.chosen", programme, by=by, before=before, after=[f"{name}: {now}" for name, now in changed.items()]
    )
    return row
