"""What a person may see of cohorts, teams and roles. Every list that reaches a page begins here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Collate, JSONObject, Now

from core import places, words

PLANS = ("planner",)
SPONSORS = ("sponsor",)
# So long after the last day of a cohort stay the names of people who never had an account.
NAMES_KEPT = dt.timedelta(days=366)


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """Return the roles that hold now (the database's clock decides)."""
        return self.filter(Q(until=None) | Q(until__gt=Now()), since__lte=Now(), user__is_active=True)

    def taking_part(self):
        """Return the roles whose holders come to the learning sessions: a sponsor sees when the teams meet, no more."""
        return self.current().exclude(role__in=SPONSORS)

    def with_words(self, page=None):
        """Return the roles with ``series`` (the programme each belongs to), ``unit_word`` (how the unit of its team calls
        whom care is for) and ``around``: which programmes speak other words than the standard, whether any speaks those,
        and what belongs to a page. ``page``: the "programme", "cohort" or "team" of the page that is asked for, and its key.
        """
        from collaborative.models import Programme, Unit

        standard = Q(word_team=words.STANDARD.team, word_person=words.STANDARD.person)
        facts = {"team": "word_team", "person": "word_person"}
        others = Programme.objects.exclude(standard).values(found=JSONObject(id="id", **facts))
        around = {"others": ArraySubquery(others), "standard": Exists(Programme.objects.filter(standard))}
        if page is not None:
            kind, key = page
            path = {"programme": "pk", "cohort": "cohorts", "team": "cohorts__teams"}[kind]
            around["page"] = Subquery(Programme.objects.filter(**{path: key}).values(found=JSONObject(**facts))[:1])
            if kind == "team":
                around["unit"] = Subquery(Unit.objects.filter(teams=key).values("word_person")[:1])
        return self.annotate(
            series=Coalesce("programme_id", "cohort__programme_id", "team__cohort__programme_id"),
            unit_word=Coalesce("team__unit__word_person", Value("")),
            around=JSONObject(**around),
        )

    def of_team(self, team):
        """Return the roles of those who belong to ``team`` or help it, in no order, with their people."""
        return self.current().filter(team=team).select_related("user")

    def filter_cohort(self, cohort_id):
        """Return the roles held in a cohort itself or in one of its teams."""
        return self.filter(Q(cohort=cohort_id) | Q(team__cohort=cohort_id))

    def filter_cohorts(self, cohort_ids):
        """Return the roles held in these cohorts themselves or in one of their teams."""
        return self.filter(Q(cohort__in=cohort_ids) | Q(team__cohort__in=cohort_ids))

    def planning(self, *, cohort, programme):
        """Return the roles of those who plan a cohort, by itself or with its whole programme: ``permissions.plans`` for many.

        ``cohort``, ``programme``: their keys, or where a row has them (OuterRef).
        """
        return self.current().filter(Q(cohort=cohort) | Q(programme=programme), role__in=PLANS)

    def how_many_people(self):
        """Return, to annotate a row with, how many people hold these roles."""
        n = self.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("user", distinct=True)).values("n")
        return Coalesce(Subquery(n), 0)

    def held_in(self, cohorts):
        """Return those of the roles that are held in one of these cohorts, in a team of it, or by a planner of its programme.

        Each comes with the key of the cohort, ``of_cohort``, and once for each of them.
        """
        held = self.filter(
            Q(cohort__in=cohorts) | Q(team__cohort__in=cohorts) | Q(programme__cohorts__in=cohorts, role__in=PLANS)
        )
        return held.with_cohort("cohort", "team__cohort", "programme__cohorts")

    def with_cohort(self, *places: str):
        """Return the roles with the key of their cohort, ``of_cohort``. ``places``: where a role may have it; it has one scope."""
        return self.annotate(of_cohort=Coalesce(*places))

    def pairs(self) -> set[tuple[Any, Any]]:
        """Return (person, cohort), as keys, of these roles, which come ``with_cohort``."""
        return set(self.values_list("user", "of_cohort"))

    def belonging(self):
        """Return the roles of people who belong to a team, as against those who help it from outside."""
        return self.current().filter(team__isnull=False, role__in=["participant", "lead", "partner"])


def scope(user, kind: str, roles: Collection[str] | None = None) -> Any:
    """Return the keys of the scopes of this kind where ``user`` holds a role now (one of ``roles``), for ``…__in``.

    ``kind``: "programme", "cohort", "team", "team__cohort" or "organisation". For the person who asks now they come
    from the roles that were read once a request, so that no statement asks for them again; for anybody else they are a
    subquery, so that nothing old is ever looked at.
    """
    from collaborative.models import Membership
    from collaborative.permissions import roles_of

    if getattr(user, "is_asking", False):
        held = [(getattr(one, f"{kind.replace('__', '_')}_id"), one.role) for one in roles_of(user)]
        return [key for key, role in held if key and (roles is None or role in roles)]
    mine = Membership.objects.current().filter(user=user, **{f"{kind.partition('__')[0]}__isnull": False})
    return (mine if roles is None else mine.filter(role__in=roles)).values(kind)


def folded(text: str) -> str:
    """Return ``text`` as ``Folded`` has it in the database."""
    return " ".join(places.sort_key(text).split())


def cohorts_of(user, path: str = "") -> Q:
    """Return the rule of ``Cohort.objects.visible_to`` for rows whose cohort is at ``path`` ("cohort__")."""
    from collaborative.models import Team

    if not user.is_authenticated:
        return Q(pk__in=[])
    organisations = scope(user, "organisation")
    rule = (
        Q(**{f"{path}pk__in": scope(user, "cohort")})
        | Q(**{f"{path}pk__in": scope(user, "team__cohort")})
        | Q(**{f"{path}programme__in": scope(user, "programme", PLANS)})
    )
    if organisations == []:
        return rule
    return rule | Q(**{f"{path}pk__in": Team.objects.filter(unit__organisation__in=organisations).values("cohort")})


class ProgrammeQuerySet(models.QuerySet):
    def run_by(self, user):
        """Return the programmes that ``user`` plans now: the whole of it, or any cohort of it."""
        if not user.is_authenticated:
            return self.none()
        from collaborative.models import Cohort

        cohorts = Cohort.objects.filter(pk__in=scope(user, "cohort", PLANS))
        return self.filter(Q(pk__in=scope(user, "programme", PLANS)) | Q(pk__in=cohorts.values("programme")))


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the cohorts that ``user`` has to do with now: holds any role in it or in one of its teams, plans its
        programme, or holds a role in an organisation one of whose teams is in it.
        """
        return self.filter(cohorts_of(user))

    def run_by(self, user):
        """Return the cohorts that ``user`` plans now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=scope(user, "cohort", PLANS)) | Q(programme__in=scope(user, "programme", PLANS)))

    def open(self):
        return self.filter(closed_at=None)

    def long_over(self, now):
        """Return the cohorts so long over ``now`` that nobody needs to know whom a name of theirs meant (``NAMES_KEPT``)."""
        last = now.date() - NAMES_KEPT
        return self.annotate(last_day=Max("phases__ends_on")).filter(last_day__lt=last)

    def announced(self):
        """Return the cohorts that the public page tells of."""
        return self.filter(announced_at__isnull=False)


class TemplateQuerySet(models.QuerySet):
    def standing(self):
        """Return what new cohorts get: what nobody has taken out."""
        return self.filter(taken_out_at=None)


class PhaseQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("ordinal")


class PlanningTaskQuerySet(models.QuerySet):
    def run_by(self, user):
        """Return the tasks of the cohorts that ``user`` plans."""
        from collaborative.models import Cohort

        return self.filter(cohort__in=Cohort.objects.run_by(user))

    def open(self):
        return self.filter(done_at=None)


class TeamQuerySet(models.QuerySet):
    def with_place(self):
        """Return the teams with what every page of theirs names: unit, organisation, cohort, programme."""
        return self.select_related("unit__organisation", "cohort__programme")

    def with_rests(self):
        """Return the teams with their pauses and the quiet weeks of their cohort (collaborative.resting)."""
        from collaborative.models import Pause, QuietWeek

        span = JSONObject(starts_on="starts_on", ends_on="ends_on")
        pauses = Pause.objects.filter(team=OuterRef("pk")).order_by("starts_on")
        quiet = QuietWeek.objects.filter(cohort=OuterRef("cohort")).order_by("starts_on")
        return self.annotate(
            pauses_found=ArraySubquery(pauses.values(json=span)), quiet_found=ArraySubquery(quiet.values(json=span))
        )

    def visible_to(self, user):
        """Return the teams whose pages ``user`` may open in full: a member's, a coach's, a planner's.

        A sponsor sees reports and charts of the organisation's teams, not these pages.
        """
        if not user.is_authenticated:
            return self.none()
        from collaborative.models import OPENS_A_TEAM

        return self.filter(
            Q(pk__in=scope(user, "team", OPENS_A_TEAM))
            | Q(cohort__in=scope(user, "cohort", PLANS))
            | Q(cohort__programme__in=scope(user, "programme", PLANS))
        )

    def belonging_to(self, user):
        """Return the teams that ``user`` belongs to now (member, lead or partner)."""
        from collaborative.models import TEAM_ROLES

        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=scope(user, "team", TEAM_ROLES))

    def told(self):
        """Return the teams that others than planners may know of: their letter, if one was written, has left."""
        return self.filter(Q(told_from=None) | Q(told_from__lte=Now()))

    def sponsored_by(self, user):
        """Return the teams that ``user`` answers for now as a sponsor, of the team or its organisation: to be named, no more."""
        if not user.is_authenticated:
            return self.none()
        return (
            self.told()
            .filter(
                Q(pk__in=scope(user, "team", SPONSORS))
                | Q(unit__organisation__in=scope(user, "organisation", SPONSORS))
            )
            .in_order()
        )

    def mentored_by(self, user):
        """Return the teams that ``user`` is matched with now as a mentor: to be named, no more."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=scope(user, "team", ["mentor"]))

    def coached_by(self, user):
        """Return the teams that ``user`` coaches now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=scope(user, "team", ["coach"]))

    def in_order(self):
        """Return them by name, as a reader expects."""
        return self.order_by(by_name(), "pk")


class Folded(models.Func):
    """A text as one looks for it: without accents, in small letters."""

    template = "lower(unaccent(%(expressions)s))"
    output_field = models.CharField()


def by_name(path: str = "name") -> Collate:
    """Return what puts rows in the order of a name: that of ``places.sort_key``, whatever the database's own rules."""
    return Collate(Folded(path), "C")


class OrganisationQuerySet(models.QuerySet):
    def standing(self):
        """Return those that were not made one with another."""
        return self.filter(merged_into=None)

    def visible_to(self, user):
        """Return the organisations that ``user`` may look up: of the teams whose pages they open, and, for planners, all
        that their programmes ever worked with.
        """
        if not user.is_authenticated:
            return self.none()
        from collaborative.models import Programme, Team

        planned = Programme.objects.run_by(user).values("pk")
        return self.standing().filter(
            Q(pk__in=Team.objects.visible_to(user).values("unit__organisation"))
            | Q(pk__in=Team.objects.filter(cohort__programme__in=planned).values("unit__organisation"))
        )

    def kept_by(self, user):
        """Return the organisations whose facts ``user`` may correct: those with a team in a cohort that they plan."""
        from collaborative.models import Cohort, Team

        planned = Cohort.objects.run_by(user).values("pk")
        return self.standing().filter(pk__in=Team.objects.filter(cohort__in=planned).values("unit__organisation"))

    def matching(self, text: str):
        """Return those whose name or place has these words, accents and capitals aside."""
        from collaborative.models import Unit

        words, towns = folded(text), places.keys_matching(text)
        if not words:
            return self
        return self.annotate(folded_name=Folded("name")).filter(
            Q(folded_name__contains=words)
            | Q(city__in=towns)
            | Q(pk__in=Unit.objects.filter(merged_into=None, city__in=towns).values("organisation"))
        )

    def in_order(self):
        """Return them by name, as a reader expects."""
        return self.order_by(by_name(), "pk")


class UnitQuerySet(models.QuerySet):
    def standing(self):
        """Return those that were not made one with another."""
        return self.filter(merged_into=None)

    def visible_to(self, user):
        """Return the units of the teams whose pages ``user`` may open."""
        from collaborative.models import Team

        return self.standing().filter(pk__in=Team.objects.visible_to(user).values("unit"))

    def in_order(self):
        """Return them by name, as a reader expects."""
        return self.order_by(by_name(), "pk")


class ReportQuerySet(models.QuerySet):
    def about(self, row):
        """Return who has hidden ``row`` as a reader."""
        return self.filter(about_type=row._meta.label_lower, about_id=row.pk)


# ---------------------------------------------------------------- what the views ask for


def teams_seen_by(user):
    """Return the teams whose pages ``user`` may open, with what every page of a team names."""
    from collaborative.models import Team

    return Team.objects.visible_to(user).with_place()


def teams_of(user):
    """Return the teams that ``user`` belongs to, with what every page of a team names."""
    from collaborative.models import Team

    return Team.objects.belonging_to(user).with_place()
