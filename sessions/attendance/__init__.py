"""Who came, what that counts for, and what those who missed it are given."""
