"""One question all the way, and its record."""
