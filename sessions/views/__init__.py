"""The pages of sessions, one module for each subject."""
