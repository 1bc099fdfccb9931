"""What rooms and modules beside may hear of a session. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Its time or its state is another, and what waits about it has been planned anew. With ``learning_session`` and ``before``:
# when it was to begin, where people are to hear that this has changed, else None.
session_settled = Signal()
