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
def choose(*, programme: Programme, rule_set: str, version: int, by) -> ChartRules:
    """Judge the charts of a programme by this set (a key of ``RULE_SETS``). Return the choice as it stands then.

    Raises Overtaken where somebody was faster.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)  # one after the other, the first one too
    row = rules_of(programme.pk)
    if row.rule_set == rule_set:
        return row
    if row.version != version:
        raise Overtaken(row)
    before, row.rule_set = row.rule_set, rule_set
    row.version += 1
    row.save()
    record("chart_rules.chosen", programme, by=by, before=before, after=rule_set)
    return row
