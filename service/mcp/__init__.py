"""The Model Context Protocol's door."""
