"""Question in, cited answer out. Knows nothing of PDF internals, FAISS, Tantivy or SQL."""
