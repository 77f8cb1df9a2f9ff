"""A language model behind any OpenAI-compatible endpoint: calls, retries, limits, prices."""
