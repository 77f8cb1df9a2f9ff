"""Query in, ranked pages and passages out."""
