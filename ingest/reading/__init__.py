"""Bytes in, pages out, in child processes under limits. Knows nothing of catalogs or questions."""
