"""The pages where planners make cohorts, move their dates, and plan their own work."""
