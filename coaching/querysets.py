"""Who may see what of coaching. A coach is somebody who holds the role in the team now, and nobody else."""

from __future__ import annotations

from django.db import models

from collaborative.hideable import ToldOfQuerySet
from collaborative.models import Team
from collaborative.named import named


def teams_coached_by(user):
    """Return the teams that ``user`` coaches now, with what the pages name."""
    return Team.objects.coached_by(user).with_place()


class TeamNoteQuerySet(ToldOfQuerySet):
    def visible_to(self, user):
        """Return the shared notes that ``user`` may read, hidden ones included (the page keeps their words back).

        Those who open a team's pages read its notes; a sponsor does neither.
        """
        return self.filter(team__in=Team.objects.visible_to(user).values("pk"))

    def names_for(self, user, keys):
        """Return for which team each of these notes is, of those that ``user`` may read (``core.registry.names_of``)."""
        return named(self.visible_to(user).filter(pk__in=keys), "team__name", "team__name")


class PrivateNoteManager(models.Manager):
    """The only way to private notes, and it asks who reads. Every other question gets no row.

    So a list, a search, an export, a dump by Django or an admin page that nobody thought of finds nothing.
    """

    def get_queryset(self):
        return super().get_queryset().none()

    def of(self, author):
        """Return what ``author`` wrote for themself; nothing while a planner sees their pages (accounts.view_as)."""
        if not getattr(author, "is_authenticated", False) or author.seen_by is not None:
            return self.none()
        return super().get_queryset().filter(author=author)


# ---------------------------------------------------------------- what the views ask for


def notes_of(team):
    """Return the coach's notes to ``team``, the newest first, with who wrote them."""
    from coaching.models import TeamNote

    return TeamNote.objects.filter(team=team).select_related("by").order_by("-created_at", "-pk")


def notes_seen_by(user):
    """Return the notes that ``user`` may read, with their teams."""
    from coaching.models import TeamNote

    return TeamNote.objects.visible_to(user).select_related("by", "team__cohort__programme", "team__unit")


def private_notes_of(author, team):
    """Return what ``author`` wrote down about ``team`` for themselves alone, the newest first."""
    from coaching.models import PrivateNote

    return PrivateNote.objects.of(author).filter(team=team).order_by("-created_at", "-pk")


def private_notes_in_reach(author):
    """Return the author's own notes about teams that they coach now: hand-over closes the pages the same day."""
    from coaching.models import PrivateNote

    return PrivateNote.objects.of(author).filter(team__in=teams_coached_by(author).values("pk"))
