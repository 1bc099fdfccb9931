"""Who signs in with an organisation's account and was asked in, but has not come yet, is led to the invitation."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from enrolment import links
from enrolment.deciding import is_told
from enrolment.models import Invitation
from enrolment.permissions import stands


def path_of(person) -> str:
    """Return the path of the newest invitation that waits for ``person``, "" for none."""
    now = timezone.now()
    for row in Invitation.objects.with_place().filter(person=person).order_by("-created_at")[:20]:
        if row.state_at(now) == "waiting" and is_told(row) and stands(row):
            with override(person.language):
                return reverse("invitation", args=[links.token_for(row.pk, row.version, mailed_to=person.email)])
    return ""
