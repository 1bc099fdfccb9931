"""The whole series on one page: every message that one person of a role gets, in order, and what that asks of them."""
