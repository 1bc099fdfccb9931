"""Invitations: how a person comes to hold a role."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from collaborative.models import Circle, Cohort, Membership, Position, Role, Team

VALID_FOR = dt.timedelta(days=14)


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the invitations that ``user`` may see: those into teams they lead, and into cohorts they plan."""
        if not user.is_authenticated:
            return self.none()
        led = Membership.objects.current().filter(user=user, role=Role.LEAD, team__isnull=False).values("team")
        planned = Cohort.objects.run_by(user).values("pk")
        return self.filter(Q(team__in=led) | Q(team__cohort__in=planned) | Q(cohort__in=planned))

    def filter_cohort(self, cohort_id):
        """Return the invitations into a cohort itself or into one of its teams."""
        return self.filter(Q(cohort=cohort_id) | Q(team__cohort=cohort_id))

    def open(self):
        """Return the invitations that nobody took up and nobody took back, run out or not."""
        return self.filter(accepted_at=None, revoked_at=None)

    def cohort_of(self, key) -> Q:
        """Find the cohort that this invitation asks into, directly or into one of its teams."""
        row = self.filter(pk=key)
        return Q(pk__in=row.values("cohort")) | Q(pk__in=row.values("team__cohort"))

    def waiting(self):
        """Return the invitations that can still be accepted."""
        return self.open().filter(expires_at__gt=Now())

    def with_place(self):
        """Return the invitations with their people and with where they lead."""
        return self.select_related(
            "person", "by", "cohort__programme", "team__cohort__programme", "team__unit__organisation"
        )

    def within(self, membership: Membership):
        """Return the invitations into the scope of a role, and into the cohorts and teams that lie in it."""
        if membership.team_id:
            return self.filter(team=membership.team_id)
        if membership.organisation_id:
            return self.filter(team__unit__organisation=membership.organisation_id)
        cohort = "cohort" if membership.cohort_id else "cohort__programme"
        place = membership.cohort_id or membership.programme_id
        return self.filter(Q(**{cohort: place}) | Q(**{f"team__{cohort}": place}))

    def cohorts_asked_into(self, people: Collection[Any]) -> set[Any]:
        """Return the keys of the cohorts into which any of these people is or was asked, one of their teams included."""
        rows = self.filter(person__in=people).values_list("cohort", "team__cohort")
        return {key for pair in rows for key in pair if key}

    def people_asked_into(self, cohort: Cohort) -> list[Any]:
        """Return the keys of the people who are asked into ``cohort`` or one of its teams and are not there yet."""
        return list(self.open().filter_cohort(cohort.pk).values_list("person", flat=True))

    def may_hear_of(self, asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
        """Return those of the pairs (person, invitation's key), as two keys, whose invitation can still be accepted."""
        waiting = self.waiting().filter(pk__in={source_id for _user, source_id in asked}).values_list("pk", flat=True)
        open_ones = {str(pk) for pk in waiting}
        return {(user.pk, source_id) for user, source_id in asked if source_id in open_ones}

    def versions(self, source_ids: Collection[str]) -> dict[str, int]:
        """Return the versions of the links that work; invitations that are gone are left out."""
        return {str(pk): version for pk, version in self.filter(pk__in=source_ids).values_list("pk", "version")}


class Invitation(models.Model):
    """One person is asked into one team or cohort, in one role. The link in the mail is signed, not stored.

    The link carries this row's id and version; asking anew raises the version, so that older links say "there is a newer
    one". The role is held only from the moment the invitation is accepted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=Role.choices)
    title = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=10, choices=Position.choices, blank=True)
    circle = models.CharField(max_length=8, choices=Circle.choices, default=Circle.CORE)
    # The name that was typed: until the invitation is taken up, nobody learns what a known person is called.
    called = models.CharField(max_length=120, blank=True)
    # The address that was typed, for whoever typed it to read again: a known person's own may be another.
    address = models.EmailField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Whose place it offers: that role ends when the invitation is taken up.
    instead_of = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                name="invitation_has_one_scope",
                condition=Q(team__isnull=False, cohort=None) | Q(team=None, cohort__isnull=False),
            ),
            models.UniqueConstraint(
                name="invitation_waits_once",
                fields=["person", "role", "team", "cohort"],
                condition=Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} as {self.role}"

    @property
    def scope(self) -> dict:
        """Return the scope as keyword arguments for ``give_role``. A sponsor answers for the organisation, not the team."""
        if self.role == Role.SPONSOR and self.team:
            return {"organisation": self.team.unit.organisation}
        return {"team": self.team} if self.team_id else {"cohort": self.cohort}

    @property
    def in_cohort(self) -> Cohort:
        if self.team:
            return self.team.cohort
        assert self.cohort is not None  # the constraint invitation_has_one_scope
        return self.cohort

    def state_at(self, now: dt.datetime) -> str:
        """Return "waiting", "accepted", "revoked" or "expired"."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if now >= self.expires_at else "waiting"
