"""What the forum does when something happens in the rooms below."""

from __future__ import annotations

from django.dispatch import receiver

from collaborative import signals
from forum import services


@receiver(signals.cohort_made, dispatch_uid="forum.cohort_made")
def _make_boards(sender, cohort, **kwargs) -> None:
    """Every cohort has its boards from the first day."""
    services.make_boards(cohort=cohort)
