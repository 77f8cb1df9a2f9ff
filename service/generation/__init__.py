"""Answers with a language model, grounded as they stream in."""
