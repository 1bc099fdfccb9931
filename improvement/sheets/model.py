"""A sheet that came back: what of it is new, what needs a person, and whether it is saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Row, Team


class CameBy(models.TextChoices):
    PAGE = "page", _("on the page")
    MAIL = "mail", _("by mail")


class ReturnedSheetQuerySet(models.QuerySet):
    def may_hear_of(self, asked) -> set:
        """Return those of the pairs (person, sheet's key), as two keys, who may be told of the sheet: who sent it in."""
        keys = [key for _user, key in asked]
        sent = {(by, str(pk)) for pk, by in self.filter(pk__in=keys).values_list("pk", "by")}
        return {(user.pk, key) for user, key in asked} & sent


class ReturnedSheet(Row):
    """The numbers of one sheet, as improvement.sheets read them. Gone after thirty days.

    ``told`` holds figures alone, no words of anybody: "changes" (row, measure, week, text, deed seen), "same" (rows that say
    what stands already), "troubles" (row, code, measure, week, facts); "sentence", where the file itself is at fault.
    ``refused`` is the code why nothing of it was read.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    came_by = models.CharField(max_length=4, choices=CameBy.choices, default=CameBy.PAGE)
    told = models.JSONField(default=dict)
    refused = models.CharField(max_length=12, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReturnedSheetQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(came_by__in=CameBy.values), name="returned_sheet_came_by"),
            models.CheckConstraint(condition=Q(refused="") | Q(saved_at=None), name="returned_sheet_saved_if_read"),
        ]

    def __str__(self) -> str:
        return f"{len(self.changes)} changes"

    @property
    def changes(self) -> list[dict]:
        return self.told.get("changes", [])

    @property
    def troubles(self) -> list[dict]:
        return self.told.get("troubles", [])

    @property
    def troubled_rows(self) -> set[int]:
        """Return the rows in which something needs a person."""
        return {one["row"] for one in self.troubles}

    @property
    def read_rows(self) -> set[int]:
        """Return the rows that say something new, or what was saved meanwhile, and in which nothing needs a person."""
        return {*(one["row"] for one in self.changes), *self.told.get("same", [])} - self.troubled_rows
