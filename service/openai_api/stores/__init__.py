"""Vector stores: collections as OpenAI's clients see them, with their files and their search."""
