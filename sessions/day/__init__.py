"""The day of a session, for the planning team: its numbers, the sheet on paper, the release of the address."""
