"""News for the rooms above."""

from django.dispatch import Signal

# message (its `recipient` loaded) — mail to somebody with an account came back, or was refused, because there is no such mailbox.
cannot_be_reached = Signal()

# user — somebody chose how their messages come. In the transaction of that choice.
chosen = Signal()

# message — a person decided that it is never sent. In the transaction of that decision.
dropped = Signal()
