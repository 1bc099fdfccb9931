"""Who may read a cohort's forum, and which of its rows. Every list that reaches a page begins here."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from collaborative.hideable import ToldOfQuerySet, take_back_window
from collaborative.models import TEAM_ROLES, Cohort, Membership, Role

# Those who learn together and those who help them. A sponsor pays for the series and reads reports, never what
# people write to each other; a fellow's region is not a cohort.
FORUM_ROLES = TEAM_ROLES | {Role.COACH, Role.MENTOR, Role.FACULTY, Role.PLANNER}


def standings_in(cohort_id, programme_id):
    """Return the roles that open this cohort's forum now: in a team, in the cohort, planning the programme."""
    return (
        Membership.objects.current()
        .filter(role__in=FORUM_ROLES)
        .filter(Q(team__cohort=cohort_id) | Q(cohort=cohort_id) | Q(programme=programme_id, role=Role.PLANNER))
    )


def cohorts_with_forum(user):
    """Return the cohorts whose forum ``user`` may read and write in."""
    if not user.is_authenticated:
        return Cohort.objects.none()
    mine = Membership.objects.current().filter(user=user, role__in=FORUM_ROLES)
    return Cohort.objects.filter(
        Q(pk__in=mine.filter(cohort__isnull=False).values("cohort"))
        | Q(pk__in=mine.filter(team__isnull=False).values("team__cohort"))
        | Q(programme__in=mine.filter(programme__isnull=False, role=Role.PLANNER).values("programme"))
    )


def audience_of(cohort) -> dict[str, int]:
    """Count who reads the forum of ``cohort``, in one statement: the same roles as ``cohorts_with_forum``.

    Nobody is counted twice: everybody once, under the role that says most.
    """
    standings = standings_in(cohort.pk, cohort.programme_id)

    def also(*roles):
        return Exists(standings.filter(user=OuterRef("user"), role__in=roles))

    counted = standings.annotate(in_team=also(*TEAM_ROLES), coaching=also(Role.COACH), planning=also(Role.PLANNER))
    once = {"in_team": False, "coaching": False, "planning": False}
    return counted.aggregate(
        members=Count("user", distinct=True, filter=Q(role__in=TEAM_ROLES)),
        teams=Count("team", distinct=True, filter=Q(role__in=TEAM_ROLES)),
        coaches=Count("user", distinct=True, filter=Q(role=Role.COACH, in_team=False)),
        planners=Count("user", distinct=True, filter=Q(role=Role.PLANNER, in_team=False, coaching=False)),
        others=Count("user", distinct=True, filter=Q(role__in=[Role.MENTOR, Role.FACULTY], **once)),
    )


class BoardQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cohort__in=cohorts_with_forum(user).values("pk"))


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(board__cohort__in=cohorts_with_forum(user).values("pk"))

    def with_place(self):
        """Return the threads with what every page of theirs names."""
        return self.select_related("by", "board__cohort__programme")

    def listed(self, *, to_planner: bool):
        """Return the threads worth a line in a list, the latest talk first.

        A thread of which nothing can be read is not listed; planners find the ones that wait for them all the same.
        """
        shown = Q(post_count__gt=0)
        if to_planner:
            shown |= Q(posts_kept__gt=0)
        return self.filter(shown).select_related("by", "team").order_by("-last_post_at", "-pk")

    def before(self, moment, pk):
        """Return those that come after this one in a list (keyset: the page does not shift while people write)."""
        return self.filter(Q(last_post_at__lt=moment) | Q(last_post_at=moment, pk__lt=pk))


class PostQuerySet(ToldOfQuerySet):
    def visible_to(self, user):
        return self.filter(thread__board__cohort__in=cohorts_with_forum(user).values("pk"))

    def told_after(self, moment):
        """Return those of which others were told after this moment: not what its writer may still take back before that.

        ``moment``: a date and time, or an expression for one.
        """
        window = take_back_window()
        return self.filter(created_at__lte=timezone.now() - window, created_at__gt=moment - window)

    def with_place(self):
        return self.select_related("by", "thread__board__cohort__programme")


# ---------------------------------------------------------------- what the views ask for


def cohorts_seen_by(user):
    """Return the cohorts whose forum ``user`` reads, the latest first."""
    return cohorts_with_forum(user).select_related("programme").order_by("-first_day", "name_en")


def board_seen_by(user):
    """Return the boards that ``user`` reads, with their cohorts."""
    from forum.models import Board

    return Board.objects.visible_to(user).select_related("cohort__programme")


def threads_seen_by(user):
    """Return the threads that ``user`` reads, with where they stand."""
    from forum.models import Thread

    return Thread.objects.visible_to(user).with_place()


def post_seen_by(user):
    """Return the posts whose forum ``user`` reads."""
    from forum.models import Post

    return Post.objects.visible_to(user).with_place()
