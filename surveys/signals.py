"""What rooms above may hear of surveys. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Those who spoke at a session may read sentences that they could not read before. With ``about``: the key of
# the session, and ``version``: another one each time that sentences are chosen.
sentences_passed_on = Signal()
