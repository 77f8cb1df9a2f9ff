"""What speaks for a page: signals of documents, structure, rows and passages, their weights, and whose turn it is."""
