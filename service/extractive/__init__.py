"""Answers without a language model: what could be said, and which of it is said."""
