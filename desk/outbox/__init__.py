"""The planning team's outbox: what leaves and when, who got what and why not, and what can be done about it."""
