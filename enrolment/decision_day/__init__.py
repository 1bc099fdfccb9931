"""Decision day: what planners see of the applications to a cohort, and what they type about them."""
