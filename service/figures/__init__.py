"""Rows and periods: which cell of a table a query asks for."""
