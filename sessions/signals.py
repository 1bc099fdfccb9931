"""What rooms and modules beside may hear of a session. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Its time, its state, its length or its title is another, and what waits about it has been planned anew. With
# ``learning_session``.
session_settled = Signal()
