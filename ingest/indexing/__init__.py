"""Chunks, vectors and BM25: what a search looks through. Knows nothing of questions."""
