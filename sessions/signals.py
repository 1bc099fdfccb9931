from django.dispatch import Signal

# learning_session, before (datetime), by
session_moved = Signal()
