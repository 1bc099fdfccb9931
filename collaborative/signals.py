"""News for the rooms above."""

from django.dispatch import Signal

# cohort, by, hours (clock and minutes by the key of a session's phase), like (an earlier cohort, or None) — a cohort and its
# phases have just been made.
cohort_made = Signal()
# cohort, by — the public page tells of it from now on: its dates stand.
cohort_announced = Signal()
# membership, by — somebody holds a role from now on / no longer.
member_joined = Signal()
member_left = Signal()
# team, by — a team has left its series.
team_withdrew = Signal()
# reschedule, touched (set of (model label, id)), by — a change of dates was taken back.
dates_restored = Signal()
