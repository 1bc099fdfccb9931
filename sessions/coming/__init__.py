"""Who says they will come, and who sits with whom in the small rooms."""
