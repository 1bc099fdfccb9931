"""Where the coach's notes stand among the pages of a team (answers for ``core.registry.team_tabs``)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from collaborative.permissions import belongs, coaches, plans


def coaching_tab(user, team) -> dict | None:
    """Return the tab of those who coach ``team``, None for everybody else."""
    if not coaches(user, team):
        return None
    return {"text": _("Coaching"), "url": reverse("coaching_team", args=[team.pk]), "order": 5}


def notes_tab(user, team) -> dict | None:
    """Return the tab of the coach's notes, None where ``user`` does not read them."""
    if not (belongs(user, team) or coaches(user, team) or plans(user, team.cohort)):
        return None
    return {"text": _("Coach's notes"), "url": reverse("team_notes", args=[team.pk]), "order": 60}
