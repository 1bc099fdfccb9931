"""What the planning team writes to people of a cohort: written, looked at, sent, taken back, corrected, read again."""
