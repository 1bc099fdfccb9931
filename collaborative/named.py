"""What messages are about, by name, for a list of them (``core.registry.names_of``): only what their reader may know of now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import override

from collaborative.announced import titled
from collaborative.models import Announcement, Team, TeamTalk


def named(rows: QuerySet, english: str, french: str) -> QuerySet:
    """Return the keys of ``rows`` as texts, each with its name in English and in French, which stand in these columns."""
    key = Cast("pk", CharField())
    return rows.order_by().values_list(key, Cast(F(english), CharField()), Cast(F(french), CharField()))


def teams(user: Any, keys: Collection[str]) -> QuerySet:
    """Return the names of these teams."""
    return named(Team.objects.visible_to(user).filter(pk__in=keys), "name", "name")


def talk(user: Any, keys: Collection[str]) -> QuerySet:
    """Return in which team each of these was said."""
    return named(TeamTalk.objects.visible_to(user).filter(pk__in=keys), "team__name", "team__name")


def announcements(user: Any, keys: Collection[str]) -> QuerySet:
    """Return the subjects of these announcements, but of those that are hidden."""
    rows = Announcement.objects.visible_to(user).filter(pk__in=keys, hidden_at=None)
    return named(rows.alias(**{f"titled_{lang}": _titled(lang) for lang in ("en", "fr")}), "titled_en", "titled_fr")


def _titled(lang: str) -> Case:
    """Return the subject in this language; of a correction it says so."""
    with override(lang):
        before, behind = titled("\n", corrects=True).split("\n")
    subject = F(f"subject_{lang}")
    says_so = When(
        ~Q(**{f"subject_{lang}": ""}), corrects__isnull=False, then=Concat(Value(before), subject, Value(behind))
    )
    return Case(says_so, default=subject, output_field=CharField())
