"""Alembic history of the catalog."""
