"""Two rows that mean the same become one, and part again: organisations, units.

Nothing is deleted. Everything that pointed to the one points to the other, what clashes stays where it was, and each move
is kept in the ledger of a ``Merge``, so that undoing it leaves every row as it stood.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, models, transaction
from django.db.models import F, OuterRef
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Apart, Cohort, Membership, Merge, Organisation, Team, Unit
from collaborative.querysets import Folded
from core.refusals import Refused

# From here on two names are shown side by side; 1 is the same name.
ALIKE = 0.5
# What the kept row takes over from the other where it says nothing itself.
KNOWN_OF = {
    Organisation: ("city", "size", "patient_relations_url"),
    Unit: ("site_id", "places", "staff", "shifts", "word_person", "patient_relations_url", "incident_route"),
}


class Moves:
    """What was moved, in order, precisely enough to put it back."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def set(self, row: models.Model, **values: Any) -> None:
        """Write ``values`` (by column: "site_id") to ``row`` and remember what stood there."""
        for name, value in values.items():
            if getattr(row, name) != value:
                self._write(type(row), name, [row.pk], getattr(row, name), value)
                setattr(row, name, value)

    def point_elsewhere(self, model: type[models.Model], name: str, *, gone: Any, kept: Any) -> list[Any]:
        """Let all rows whose column ``name`` is ``gone`` have ``kept`` there. Returns the keys of those that clash and stay."""
        keys = list(model._base_manager.filter(**{name: gone}).order_by("pk").values_list("pk", flat=True))
        if not keys or self._fits(model, name, keys, gone, kept):
            return []
        return [key for key in keys if not self._fits(model, name, [key], gone, kept)]

    def _fits(self, model: type[models.Model], name: str, keys: list[Any], before: Any, after: Any) -> bool:
        try:
            with transaction.atomic():
                self._write(model, name, keys, before, after)
        except IntegrityError:
            return False
        return True

    def _write(self, model: type[models.Model], name: str, keys: list[Any], before: Any, after: Any) -> None:
        model._base_manager.filter(pk__in=keys).update(**{name: after})
        field = _field(model, name)
        self.entries.append(
            {
                "model": model._meta.label_lower,
                "field": name,
                "ids": [str(key) for key in keys],
                "before": as_text(field, before),
                "after": as_text(field, after),
            }
        )


def put_back(entries: Sequence[dict[str, Any]]) -> None:
    """Take back what ``Moves`` wrote, the last first. Refuses when one of the values is not as it was left."""
    for entry in reversed(entries):
        model = apps.get_model(entry["model"])
        field = _field(model, entry["field"])
        before, after = (None if entry[key] is None else field.to_python(entry[key]) for key in ("before", "after"))
        rows = model._base_manager.filter(pk__in=entry["ids"], **{entry["field"]: after})
        if rows.update(**{entry["field"]: before}) != len(entry["ids"]):
            raise Refused(_("This cannot be undone: something in it has been changed since."))


def _field(model: type[models.Model], name: str) -> models.Field:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # a column: the other side of a relation has no value to write
    return field


def as_text(field: models.Field, value: Any) -> str | None:
    """Return ``value`` as text that ``field.to_python`` reads back to the same value."""
    if value is None:
        return None
    holder = field.model()
    setattr(holder, field.attname, value)
    return field.value_to_string(holder)


def columns_to(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Yield (model, column) of every foreign key that leads to ``model``, in a settled order."""
    found = [
        (other, field.attname)
        for other in apps.get_models(include_auto_created=True)
        for field in other._meta.concrete_fields
        if field.related_model is model and not other._meta.proxy
    ]
    yield from sorted(found, key=lambda pair: (pair[0]._meta.label_lower, pair[1]))


# ---------------------------------------------------------------- what may be the same


def _nearness(name: Any) -> models.Func:
    """Return how near the name of a row is to ``name``, accents and capitals aside: from 0 to 1."""
    return models.Func(Folded("name"), Folded(name), function="similarity", output_field=models.FloatField())


def alike(rows: models.QuerySet) -> list[tuple[Any, Any]]:
    """Return the pairs in ``rows`` whose names are alike, of one province or one organisation, each pair once; two statements.

    Whoever said of two that they are not the same is believed.
    """
    model = rows.model
    within = "province" if model is Organisation else "organisation"
    known = {
        frozenset(pair)
        for pair in Apart.objects.filter(what=model._meta.label_lower).values_list("first_id", "second_id")
    }
    others = (
        rows.order_by()
        .filter(**{within: OuterRef(within)}, pk__gt=OuterRef("pk"))
        .annotate(near=_nearness(OuterRef("name")))
        .filter(near__gte=ALIKE)
    )
    with_twins = list(rows.annotate(twins=ArraySubquery(others.values("pk"))))
    by_key = {row.pk: row for row in with_twins}
    return [
        (row, by_key[twin])
        for row in with_twins
        for twin in row.twins
        if twin in by_key and frozenset((row.pk, twin)) not in known
    ]


def alike_to(row: Organisation | Unit, among: models.QuerySet) -> list[Any]:
    """Return those of ``among`` that may be the same as ``row``, the nearest name first; one statement."""
    within = "province" if isinstance(row, Organisation) else "organisation_id"
    label = row._meta.label_lower
    said = Apart.objects.filter(what=label)
    return list(
        among.order_by()
        .exclude(pk=row.pk)
        .exclude(pk__in=said.filter(first_id=row.pk).values("second_id"))
        .exclude(pk__in=said.filter(second_id=row.pk).values("first_id"))
        .filter(**{within: getattr(row, within)})
        .annotate(near=_nearness(models.Value(row.name)))
        .filter(near__gte=ALIKE)
        .order_by("-near", "pk")
    )


@transaction.atomic
def keep_apart(*, one: models.Model, other: models.Model, by) -> None:
    """Remember that two rows are not the same: they are not proposed again."""
    first, second = sorted([one.pk, other.pk], key=str)
    _row, made = Apart.objects.get_or_create(what=one._meta.label_lower, first_id=first, second_id=second)
    if made:
        record(f"{one._meta.model_name}.kept_apart", one, by=by, other=other.pk)


# ---------------------------------------------------------------- merge


def may_merge(user, *rows: Organisation | Unit) -> bool:
    """May ``user`` make these one? Who plans every cohort in which any of them has a team, and at least one."""
    path = "unit__organisation__in" if isinstance(rows[0], Organisation) else "unit__in"
    used = Cohort.objects.filter(pk__in=Team.objects.filter(**{path: rows}).values("cohort"))
    mine = Cohort.objects.run_by(user).values("pk")
    found = used.aggregate(all=models.Count("pk"), mine=models.Count("pk", filter=models.Q(pk__in=mine)))
    return bool(found["all"]) and found["all"] == found["mine"]


@transaction.atomic
def merge(*, keep: Organisation | Unit, gone: Organisation | Unit, by) -> Merge:
    """Let ``keep`` be both: teams, units, sites, roles and whatever else led to ``gone`` lead to it. Returns what to undo.

    Facts that only ``gone`` had are taken over. Units of two organisations that have one name become one as well. Refuses
    who does not plan everywhere both are used, and rows that were made one with another meanwhile.
    """
    model = type(keep)
    locked = {row.pk: row for row in model.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk]).order_by("pk")}
    keep, gone = locked[keep.pk], locked[gone.pk]
    if keep.pk == gone.pk or keep.merged_into_id or gone.merged_into_id:
        raise Refused(_("One of the two is not there any more. Look at the list again."))
    if isinstance(keep, Unit) and keep.organisation_id != gone.organisation_id:  # type: ignore[union-attr]
        raise Refused(_("Two units of different organisations stay two units. Make the organisations one first."))
    if not may_merge(by, keep, gone):
        raise Refused(_("Only somebody who plans every cohort in which these two have teams can make them one."))
    moves = Moves()
    if isinstance(keep, Organisation):
        assert isinstance(gone, Organisation)
        _fold_organisation(keep, gone, moves, by=by)
    else:
        _fold(keep, gone, moves)
    row = Merge.objects.create(
        what=model._meta.label_lower, kept_id=keep.pk, gone_id=gone.pk, ledger=moves.entries, by=by
    )
    name = model._meta.model_name
    record(f"{name}.merged", keep, by=by, gone=gone.pk, merge=row.pk, moved=len(moves.entries))
    record(f"{name}.was_merged", gone, by=by, kept=keep.pk, merge=row.pk)
    return row


def _fold_organisation(keep: Organisation, gone: Organisation, moves: Moves, *, by) -> None:
    sites = {site.name.upper(): site for site in keep.sites.all()}
    for site in gone.sites.all():
        if same_site := sites.get(site.name.upper()):
            moves.point_elsewhere(Unit, "site_id", gone=site.pk, kept=same_site.pk)
    units = {unit.name.upper(): unit for unit in keep.units.standing()}
    for unit in gone.units.standing():
        if same_unit := units.get(unit.name.upper()):
            _fold(same_unit, unit, moves)
    for held in _fold(keep, gone, moves).get(Membership, []):
        _end_twice_held(held, moves, by=by)


def _end_twice_held(key: Any, moves: Moves, *, by) -> None:
    """Somebody answers for both: the role in the one that goes ends, the other goes on."""
    moves.set(Membership.objects.get(pk=key), until=timezone.now(), ended_by_id=by.pk)


def _fold(keep: Any, gone: Any, moves: Moves) -> dict[type[models.Model], list[Any]]:
    """Point everything from ``gone`` to ``keep``. Returns by table the keys of what clashes and stays."""
    missing = {name: getattr(gone, name) for name in KNOWN_OF[type(keep)] if not getattr(keep, name)}
    if known := {name: value for name, value in missing.items() if value}:
        moves.set(keep, **known, version=keep.version + 1)
    # First out of the way: of two with one name only one may stand.
    moves.set(gone, merged_into_id=keep.pk)
    stay: dict[type[models.Model], list[Any]] = {}
    for model, column in columns_to(type(keep)):
        if column != "merged_into_id":
            stay.setdefault(model, []).extend(moves.point_elsewhere(model, column, gone=gone.pk, kept=keep.pk))
    return stay


def merges_of(kept: Organisation | Unit) -> models.QuerySet[Merge]:
    """Return the merges that stand in ``kept``, the last first, each with the name of what it was one with (``gone_name``)."""
    gone = type(kept).objects.filter(pk=OuterRef("gone_id"))
    rows = Merge.objects.filter(what=kept._meta.label_lower, kept_id=kept.pk, undone_at=None)
    return rows.annotate(gone_name=models.Subquery(gone.values("name")))


@transaction.atomic
def part(*, merge: Merge, by) -> None:
    """Undo a merge: every row points where it pointed. Refuses when something in it was changed since."""
    model = apps.get_model(merge.what)
    kept = model._base_manager.select_for_update().get(pk=merge.kept_id)
    if not may_merge(by, kept):
        raise Refused(_("Only somebody who plans every cohort in which it has teams can part it again."))
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=Now()):
        raise Refused(_("This was undone already."))
    try:
        with transaction.atomic():
            put_back(merge.ledger)
    except IntegrityError:
        raise Refused(_("This cannot be undone: its name, or its place, has been taken since.")) from None
    record(f"{model._meta.model_name}.parted", kept, by=by, gone=merge.gone_id, merge=merge.pk)


def standing_one(row: Any) -> Any:
    """Return what ``row`` is today: itself, or what it was made one with, however often."""
    while row.merged_into_id:
        row = row.merged_into
    return row


def find_organisation(name: str, province: str) -> Organisation | None:
    """Return the organisation that is called so there, or was called so before it was made one with another."""
    rows = Organisation.objects.filter(name__iexact=name.strip(), province=province)
    found = rows.order_by(F("merged_into").asc(nulls_first=True), "created_at").first()
    return standing_one(found) if found else None


def find_unit(organisation: Organisation, name: str) -> Unit | None:
    """Return the unit of ``organisation`` that is called so, or was called so before it was made one with another."""
    rows = Unit.objects.filter(organisation=organisation, name__iexact=name.strip())
    found = rows.order_by(F("merged_into").asc(nulls_first=True), "created_at").first()
    return standing_one(found) if found else None


def merge_seen_by(user, key: uuid.UUID) -> tuple[Merge, Any] | None:
    """Return a merge that stands, with the row that was kept, where ``user`` may look that up; else None."""
    merge = Merge.objects.filter(pk=key, undone_at=None).first()
    if merge is None or merge.what not in {one._meta.label_lower for one in KNOWN_OF}:
        return None
    kept = apps.get_model(merge.what).objects.visible_to(user).filter(pk=merge.kept_id).first()
    return (merge, kept) if kept else None
