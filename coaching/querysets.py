"""Who may see what of coaching. A coach is somebody who holds the role in the team now, and nobody else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from collaborative.models import TEAM_ROLES, Cohort, Membership, Role, Team

# A sponsor may hold a role in a team and sees no coaching note all the same (product rule 4).
NOTE_READERS = TEAM_ROLES | {Role.COACH}


def teams_coached_by(user):
    """Return the teams that ``user`` coaches now, with what the pages name."""
    if not user.is_authenticated:
        return Team.objects.none()
    return Team.objects.coached_by(user).select_related("unit__organisation", "cohort__programme")


def teams_noted_to(user):
    """Return the teams whose shared notes ``user`` may read: members', coaches', planners'."""
    if not user.is_authenticated:
        return Team.objects.none()
    held = Membership.objects.current().filter(user=user, team__isnull=False, role__in=NOTE_READERS)
    planned = Cohort.objects.run_by(user).values("pk")
    return Team.objects.filter(Q(pk__in=held.values("team")) | Q(cohort__in=planned)).select_related(
        "unit__organisation", "cohort__programme"
    )


class TeamNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the shared notes that ``user`` may read, hidden ones included (the page keeps their words back)."""
        return self.filter(team__in=teams_noted_to(user).values("pk"))

    def shown(self):
        return self.filter(hidden_at=None)

    def may_hear_of(self, user, source_id) -> bool:
        """Return whether ``user`` may still be told of the note (asked again when a message leaves)."""
        return self.visible_to(user).shown().filter(pk=source_id).exclude(by=user).exists()

    def version_of(self, source_id) -> int | None:
        """Return the version people should have heard of, None when the note is gone or hidden."""
        return self.shown().filter(pk=source_id).values_list("version", flat=True).first()


class PrivateNoteManager(models.Manager):
    """The only way to private notes, and it asks who reads. Every other question gets no row.

    So a list, a search, an export, a dump by Django or an admin page that nobody thought of finds nothing.
    """

    def get_queryset(self):
        return super().get_queryset().none()

    def of(self, author):
        """Return what ``author`` wrote for themself."""
        if not getattr(author, "is_authenticated", False):
            return self.none()
        return super().get_queryset().filter(author=author)


# ---------------------------------------------------------------- what the views ask for


def notes_of(team):
    from coaching.models import TeamNote

    return TeamNote.objects.filter(team=team).select_related("by").order_by("-created_at", "-pk")


def notes_seen_by(user):
    from coaching.models import TeamNote

    return TeamNote.objects.visible_to(user).select_related("by", "team__cohort__programme", "team__unit")


def private_notes_of(author, team):
    from coaching.models import PrivateNote

    return PrivateNote.objects.of(author).filter(team=team).order_by("-created_at", "-pk")


def private_notes_in_reach(author):
    """Return the author's own notes about teams that they coach now: hand-over closes the pages the same day."""
    from coaching.models import PrivateNote

    return PrivateNote.objects.of(author).filter(team__in=teams_coached_by(author).values("pk"))
