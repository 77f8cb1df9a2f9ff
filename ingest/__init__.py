"""File in, searchable pages out. Knows nothing of questions, prompts, HTTP or users."""
