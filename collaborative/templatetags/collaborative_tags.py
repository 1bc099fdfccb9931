"""Tags about cohorts and teams, for templates of every room above."""

from django import template
from django.utils.translation import pgettext_lazy

from collaborative import closing, line
from collaborative.models import Cohort, Team
from collaborative.permissions import unread_of
from core import registry
from core.tabs import in_groups

register = template.Library()

# What a tab of a cohort's planning pages names as its ``group``; one without stands by itself.
PLANNING_GROUPS = {
    "messages": pgettext_lazy("pages of a cohort", "Messages"),
    "people": pgettext_lazy("pages of a cohort", "People"),
    "plan": pgettext_lazy("pages of a cohort", "Plan"),
    "results": pgettext_lazy("pages of a cohort", "Results"),
    "public": pgettext_lazy("pages of a cohort", "Public"),
}


@register.inclusion_tag("collaborative/where.html")
def where(cohort) -> dict:
    """Print the one-line position of ``cohort``; nothing for people without a cohort."""
    return {"parts": line.position(cohort) if cohort else [], "cohort": cohort}


@register.inclusion_tag("components/bell.html", takes_context=True)
def bell(context, css: str = "", out_of_band: bool = False) -> dict:
    """Print the way to the reader's list of messages, with how many are unread; nothing on pages seen as somebody else."""
    request = context["request"]
    user = request.user
    shown = user.is_authenticated and user.seen_by is None
    here = getattr(request.resolver_match, "view_name", "") in ("my_messages", "my_message", "read_message")
    return {
        "shown": shown, "count": unread_of(user) if shown else 0, "css": css, "out_of_band": out_of_band, "here": here,
    }  # fmt: skip


@register.inclusion_tag("collaborative/closed_note.html", takes_context=True)
def closed_note(context) -> dict:
    """Print on a page of a closed cohort, or of a team in it, that nothing is changed there any more. Asks nothing."""
    cohort, team = context.get("cohort"), context.get("team")
    if not isinstance(cohort, Cohort) and isinstance(team, Team):
        cohort = team._state.fields_cache.get("cohort")
    closed = isinstance(cohort, Cohort) and cohort.closed_at is not None
    return {"sentence": closing.sentence() if closed else ""}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def team_tabs(context, team, here: str) -> dict:
    """Print the tabs of a team that are for this person; rooms register theirs in ``core.registry.team_tabs``."""
    user = context["request"].user
    tabs = [{**tab, "here": key == here} for key, tab in registry.team_tabs.ask_all(user, team) if tab]
    return {"tabs": sorted(tabs, key=lambda tab: tab["order"]), "label": team.name}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def planning_tabs(context, cohort, here: str) -> dict:
    """Print the tabs of a cohort's planning pages; rooms register theirs in ``core.registry.planning_tabs``."""
    user = context["request"].user
    tabs = [
        {"group": key, **tab, "here": key == here} for key, tab in registry.planning_tabs.ask_all(user, cohort) if tab
    ]
    groups: dict[str, list] = {}
    for tab in sorted(tabs, key=lambda tab: tab["order"]):
        groups.setdefault(tab["group"], []).append(tab)
    named = ({"text": PLANNING_GROUPS.get(key, ""), "tabs": some} for key, some in groups.items())
    return {"groups": in_groups(named), "label": cohort.name}
