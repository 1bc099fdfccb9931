"""News for the rooms above."""

from django.dispatch import Signal

# cohort, by — a cohort and its phases have just been made.
cohort_made = Signal()
# membership, by — somebody holds a role from now on / no longer.
member_joined = Signal()
member_left = Signal()
# reschedule, touched (set of (model label, id)), by — a change of dates was taken back.
dates_restored = Signal()
