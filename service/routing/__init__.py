"""Whole documents, whole sections, the pages found, or quotes: decided and explained before anything is spent."""
