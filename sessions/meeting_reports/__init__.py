"""What Zoom and Teams say about who was in a meeting: read (``reading``, ``hours``), rejoins merged (``merging``), names
recognised (``names``), taken in and settled (``taking_in``)."""
