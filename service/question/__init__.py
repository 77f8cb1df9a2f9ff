"""Question in, query out: what is asked, of whom, for which period. Knows no document."""
