"""What those who registered for a public session are told. What stands in the mails is read when they leave."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from enrolment.site.interest import opened_in
from notifications import kinds
from sessions.models import Registration
from sessions.public.publishing import may_be_shown
from sessions.public.registration import token_for


def _about(message) -> dict | None:
    row = (
        Registration.objects.select_related("learning_session__cohort__programme", "learning_session__recap")
        .filter(pk=message.source_id)
        .first()
    )
    if row is None:
        return None
    learning_session = row.learning_session
    token = token_for(row)
    return {
        "row": row,
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "reply_to": learning_session.cohort.contact,
        "path": reverse("registration", args=[token]),
        "stop": reverse("registration_withdraw", args=[token]),
        "joins": message.occurrence.startswith("T-1h"),
    }


def _ahead(message) -> dict | None:
    found = _about(message)
    if found is None or found["learning_session"].cancelled_at:
        return None
    return found


def _cancelled(message) -> dict | None:
    found = _about(message)
    return found if found and found["learning_session"].cancelled_at else None


def _recording(message) -> dict | None:
    found = _about(message)
    if found is None:
        return None
    learning_session = found["learning_session"]
    recap = getattr(learning_session, "recap", None)
    if recap is None or recap.published_at is None or not may_be_shown(learning_session):
        return None
    here, there = (recap.recording_fr, recap.recording_en)[:: 1 if (get_language() or "")[:2] == "fr" else -1]
    url = here or there
    if not url:
        return None
    cohort = opened_in(learning_session.cohort.programme_id, timezone.now())
    apply = ""
    if cohort is not None:
        query = urlencode({"from": f"{_FILLS_IN}:{token_for(found['row'])}"})
        apply = f"{reverse('apply', args=[cohort.slug])}?{query}"
    return found | {"recording": url, "apply": apply}


_FILLS_IN = "registration"

for _kind, _context in (
    ("confirm", _ahead),
    ("reminder", _ahead),
    ("moved", _ahead),
    ("cancelled", _cancelled),
    ("recording", _recording),
):
    kinds.register(
        kinds.Kind(
            key=f"sessions/registration-{_kind}",
            template=f"sessions/emails/registration_{_kind}",
            audience=_(
                "You get this because somebody registered with this address. It is erased 30 days after the session."
            )
            if _kind != "confirm"
            else _("You get this because somebody typed this address on our page. Nothing happens if you do nothing."),
            context=_context,
            priority=kinds.FIRST if _kind == "confirm" else kinds.SOON,
        )
    )
