"""News of this room."""

from django.dispatch import Signal

# team, week (the Monday) — what stands for a week of one of the team's measures is another now.
number_said = Signal()
