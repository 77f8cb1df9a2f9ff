"""Whether quotes say what a statement says: the one judge of statements."""
