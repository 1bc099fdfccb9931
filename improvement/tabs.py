"""Where this room's pages stand among those of a team (answers for ``core.registry.team_tabs``)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def tries_tab(user, team) -> dict:
    """Return the tab of the team's tries."""
    return {"text": _("Tries"), "url": reverse("tries", args=[team.pk]), "order": 20}


def numbers_tab(user, team) -> dict:
    """Return the tab of the team's numbers."""
    return {"text": _("Numbers"), "url": reverse("numbers", args=[team.pk]), "order": 30}


def conversations_tab(user, team) -> dict:
    """Return the tab of the team's conversations."""
    return {"text": _("Conversations"), "url": reverse("team_conversations", args=[team.pk]), "order": 40}
