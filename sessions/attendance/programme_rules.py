"""How a programme counts who came, and what it gives for it: read, and changed by its planning team."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from audit.services import record
from collaborative.models import Programme
from core.refusals import Overtaken
from sessions.models import CertificateFor, SessionRules


def rules_of(programme_id) -> SessionRules:
    """Return the rules of a programme, not saved yet where it goes by the defaults."""
    return SessionRules.objects.filter(programme=programme_id).first() or SessionRules(programme_id=programme_id)


@transaction.atomic
def change(*, programme: Programme, version: int, by, **values: Any) -> SessionRules:
    """Change the rules of a programme. Returns them as they stand then. Raises Overtaken where somebody was faster."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    now = rules_of(programme.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    for name, value in changed.items():
        setattr(now, name, value)
    now.version += 1
    now.save()
    record("session_rules.changed", programme, by=by, fields=sorted(changed))
    return now


def certificate_rule(rules: SessionRules) -> str:
    """Return in words for what a certificate is given."""
    least = rules.certificate_least
    n = int(least) if least == int(least) else float(least)
    if rules.certificate_for == CertificateFor.SESSIONS:
        return ngettext("for at least %(n)s session", "for at least %(n)s sessions", round(least)) % {"n": n}
    return ngettext("for at least %(n)s hour of sessions", "for at least %(n)s hours of sessions", round(least)) % {
        "n": n
    }
