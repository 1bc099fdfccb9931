"""What the public pages keep about a person with an account, told and forgotten."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from enrolment.models import ContactNote, Interest, SiteVersion


def _addresses(user) -> set[str]:
    known = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {one.lower() for one in (user.email, *known) if one}


def data_of(user) -> dict:
    """Return what ``user`` wrote to the planning team, and the programmes whose opening they want to hear of."""
    mine = _addresses(user)
    return {
        "letters": list(ContactNote.objects.filter(email__in=mine).values("created_at", "name", "text", "settled_at")),
        "wants_to_be_told": list(
            Interest.objects.filter(email__in=mine).values("created_at", "confirmed_at", "told_at")
        ),
    }


def forget(user) -> None:
    """Erase what came from the addresses of ``user``, and take them off what they wrote or settled as a planner."""
    mine = _addresses(user)
    ContactNote.objects.filter(email__in=mine).delete()
    Interest.objects.filter(email__in=mine).delete()
    ContactNote.objects.filter(settled_by=user).update(settled_by=None)
    SiteVersion.objects.filter(by=user).update(by=None)
