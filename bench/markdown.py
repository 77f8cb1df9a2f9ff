"""A table in Markdown. Knows nothing of what stands in it."""

from typing import Any


def table(head: list[str], rows: list[list[Any]]) -> str:
    """Head and rows as lines of a table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
