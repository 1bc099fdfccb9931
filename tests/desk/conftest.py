"""A small cohort, whose mail the pages of planners show."""

from tests.small_cohort import cohort, nia, paula, planning, session, silent_bell, team  # noqa: F401  (fixtures)
