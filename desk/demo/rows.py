"""Everything that belongs to the demo, found by following the keys down from its roots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from accounts.models import User
from collaborative.models import Cohort, Membership, Organisation, Programme, Team
from desk.demo.marks import is_demo, marked
from enrolment.models import Invitation
from files.models import StoredFile

Found = dict[type[models.Model], set[Any]]
_HANGS_ON = (models.CASCADE, models.PROTECT, models.RESTRICT)


def roots() -> list[models.QuerySet]:
    """Return the rows that carry the mark themselves, and the people who were asked into the demo and never came."""
    return [
        Programme.objects.filter(**marked()),
        Cohort.objects.filter(**marked()),
        Organisation.objects.filter(**marked()),
        User.objects.filter(**marked()),
        StoredFile.objects.filter(**marked("kept_for")),
        User.objects.filter(pk__in=asked_and_never_came()),
    ]


def asked_and_never_came() -> list:
    """Return the people who exist only because somebody of the demo asked them in: they never came, and hold nothing."""
    invited = Invitation.objects.filter(models.Q(**marked("team__cohort")) | models.Q(**marked("cohort"))).values(
        "person"
    )
    return list(
        User.objects.filter(pk__in=invited, welcomed_at=None, last_login=None, is_staff=False)
        .exclude(**marked())
        .exclude(pk__in=Membership.objects.values("user"))
        .exclude(pk__in=Invitation.objects.exclude(pk__in=_into_demo()).values("person"))
        .values_list("pk", flat=True)
    )


def _into_demo() -> models.QuerySet:
    return Invitation.objects.filter(models.Q(**marked("team__cohort")) | models.Q(**marked("cohort"))).values("pk")


def others_have_joined() -> bool:
    """Return whether anybody who is not the demo's holds a role in one of its scopes."""
    scopes = ("programme", "cohort", "organisation", "team__cohort")
    inside = models.Q(*(models.Q(**marked(scope)) for scope in scopes), _connector=models.Q.OR)
    return Membership.objects.filter(inside).exclude(**marked("user")).exists()


def relations_to(model: type[models.Model]) -> Iterator[Any]:
    """Yield every relation by which rows of other tables point to rows of ``model``, hidden ones too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_one or relation.one_to_many):
            yield relation


def everything() -> Found:
    """Return the keys of all rows of the demo by table: the roots, and whatever cannot be without them."""
    found: Found = {}
    waiting: list[tuple[type[models.Model], set]] = []

    def take(model: type[models.Model], keys) -> None:
        new = set(keys) - found.setdefault(model, set())
        if new:
            found[model] |= new
            waiting.append((model, new))

    for queryset in roots():
        take(queryset.model, queryset.values_list("pk", flat=True))
    while waiting:
        model, keys = waiting.pop()
        for relation in relations_to(model):
            if relation.on_delete in _HANGS_ON:
                other = relation.related_model
                rows = other._base_manager.filter(**{f"{relation.field.name}__in": keys})
                take(other, rows.values_list("pk", flat=True))
    return {model: keys for model, keys in found.items() if keys}


def not_ours(found: Found) -> set:
    """Return the cohorts among ``found`` that are not the demo's: somebody's real team works on a unit of the demo."""
    return {key for key in found.get(Cohort, ()) if not is_demo(key)} | {
        key for key in found.get(Team, ()) if not is_demo(Team.objects.values_list("cohort", flat=True).get(pk=key))
    }
