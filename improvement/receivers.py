"""What improvement does when something happens in the rooms below."""

from __future__ import annotations

from django.dispatch import receiver

from collaborative import signals
from collaborative.models import Membership
from improvement import services


@receiver(signals.member_joined, dispatch_uid="improvement.member_joined")
def _first_measure(sender, membership: Membership, by, **kwargs) -> None:
    """A team with somebody in it has something to see: its first measure, which fills itself."""
    if membership.team:
        services.ensure_default_measure(membership.team)
