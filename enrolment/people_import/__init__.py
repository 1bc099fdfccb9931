"""Many people at once, from a table or a list: read (``table``), checked against what is there (``check``), taken in (``run``)."""
