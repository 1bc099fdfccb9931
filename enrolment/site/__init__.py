"""The public pages of a programme: what they say, who edits them, who writes to us, and who wants to be told."""
