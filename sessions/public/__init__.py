"""What anybody may see and do without an account: series of webinars, and registration for one session."""
