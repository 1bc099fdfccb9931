"""Where this room's pages stand among those of a team, and who reads there (answers for ``core.registry``)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from improvement.audience import readers_of_team

__all__ = ["conversations_tab", "numbers_tab", "readers_of_team", "tries_tab"]


def tries_tab(user, team) -> dict:
    return {"text": _("Tries"), "url": reverse("tries", args=[team.pk]), "order": 20}


def numbers_tab(user, team) -> dict:
    return {"text": _("Numbers"), "url": reverse("numbers", args=[team.pk]), "order": 30}


def conversations_tab(user, team) -> dict:
    return {"text": _("Conversations"), "url": reverse("team_conversations", args=[team.pk]), "order": 40}
