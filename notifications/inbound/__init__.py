"""Mail that comes in: read, tied to what it answers, handed to the room that asked, or to people."""
