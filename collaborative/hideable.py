"""Whatever people write can be hidden at once. What such a row has, and which of its rows can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """Who hid it, which decides who may show it again."""

    WRITER = "writer", _("Taken back by its writer")
    READER = "reader", _("Hidden until the planning team has looked")
    PLANNER = "planner", _("Hidden by the planning team")


def take_back_window() -> dt.timedelta:
    """Return for how long nobody is told of what was written: so long it can be taken back before anyone heard of it."""
    return dt.timedelta(seconds=settings.TAKE_BACK_SECONDS)


class HideableQuerySet(models.QuerySet):
    """Rows with words. The room says which of them somebody may see (``visible_to``)."""

    if TYPE_CHECKING:

        def visible_to(self, user) -> Self: ...

    def shown(self):
        """Return what everybody who may open the page can read."""
        return self.filter(hidden_at=None)

    def awaiting_look(self):
        """Return what a reader has hidden and no planner has looked at yet."""
        return self.filter(hidden_why=Why.READER)

    def hidden_for_now(self, source_ids: Collection[str]) -> set[str]:
        """Return those of these rows, by their keys, that wait for a planner's look (``core.registry.hidden_for_now``)."""
        return {str(pk) for pk in self.awaiting_look().filter(pk__in=source_ids).values_list("pk", flat=True)}


class ToldOfQuerySet(HideableQuerySet):
    """Words of which others are told by message: rows with a writer (``by``) and a ``version``."""

    def may_hear_of(self, asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
        """Return those of the pairs (person, row's key), as two keys, who may still be told of the row.

        Asked again just before messages leave: one statement a person, so that ``visible_to`` stays the only rule.
        """
        return self._read_by(asked, lambda rows, user: rows.exclude(by=user))

    def may_hear_that_it_stands(self, asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
        """Return those of the pairs (person, row's key), as two keys, who wrote the row and read it still."""
        return self._read_by(asked, lambda rows, user: rows.filter(by=user))

    def _read_by(self, asked: Collection[tuple[Any, str]], among: Callable[[Self, Any], Self]) -> set[tuple[Any, str]]:
        wanted: dict[Any, list[str]] = {}
        for user, source_id in asked:
            wanted.setdefault(user, []).append(source_id)
        return {
            (user.pk, str(pk))
            for user, source_ids in wanted.items()
            for pk in among(self.visible_to(user).shown().filter(pk__in=source_ids), user).values_list("pk", flat=True)
        }

    def versions(self, source_ids: Collection[str]) -> dict[str, int]:
        """Return the versions people should have heard of; a row that is gone or hidden is left out."""
        return {str(pk): version for pk, version in self.shown().filter(pk__in=source_ids).values_list("pk", "version")}


class Hideable(models.Model):
    """Somebody's words. Hidden by a reader or a planner they are kept; taken back by their writer they are gone."""

    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    hidden_why = models.CharField(max_length=7, choices=Why.choices, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_hidden_says_why",
                condition=Q(hidden_at=None, hidden_why="") | Q(hidden_at__isnull=False, hidden_why__in=Why.values),
            )
        ]

    @property
    def hidden_words(self) -> str:
        """Return what stands in the place of the words: who hid them; "" where they can be read."""
        return str(Why(self.hidden_why).label) if self.hidden_why else ""

    @property
    def is_kept_back(self) -> bool:
        """Return whether there are words that a reader or planner has hidden, to be decided on by planners alone."""
        return self.hidden_why in (Why.READER, Why.PLANNER)
