"""What the pages of an application print."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from collaborative.models import Position
from core.forms import listing
from enrolment import windows
from enrolment.composition import Rule

register = template.Library()


@register.filter
def last_day(cohort):
    """Return the last day of applying, for the filter ``day``."""
    return windows.closes_on(cohort)


@register.filter
def who_is_needed(rule: Rule) -> str:
    """Return who must be among the people of a team: "a manager, a point-of-care provider and …"."""
    words = {
        Position.MANAGER.value: _("a manager"),
        Position.PROVIDER.value: _("somebody who gives care"),
        Position.PARTNER.value: _("a patient, resident or care partner"),
    }
    return listing([words.get(one) or str(Position(one).label) for one in rule.one_of])


@register.filter
def at(mapping: dict[str, Any], key: str) -> Any:
    """Return what stands under ``key``, "" where nothing does."""
    return mapping.get(key, "")


@register.simple_tag
def privacy_mail(path: str) -> str:
    """Return the address that opens a mail to one's privacy office, with the way to the pack in it."""
    subject = _("A learning programme asks us to take part: please look at its privacy pack")
    body = _(
        "Hello,\n\nwe would like to take part in a learning programme. What it keeps, where, and who sees it stands here:\n"
        "%(url)s\n\nCould you look at it soon? Applications close on a fixed day."
    ) % {"url": f"{settings.SITE_URL}{path}"}
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"
