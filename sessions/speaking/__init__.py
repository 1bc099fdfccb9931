"""Those who speak at a session: who they are, their own page by link, what they are told, what they hear back."""
