"""A small cohort, to whose people the planning team writes."""

from tests.small_cohort import cohort, nia, paula, silent_bell, team  # noqa: F401  (fixtures)
