"""Responses: create, stream, show, delete, as the Responses API has them."""
