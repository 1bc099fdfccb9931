"""Going in: Join, personal links, guests, who sits beside whom, trying the sound."""
