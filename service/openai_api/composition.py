"""Gathers an answer's events into the one text with annotations that OpenAI's clients expect. Pure.

The text is what was sent in deltas; where the finished answer reads differently (a self-check has corrected it, a
schema was asked for), the finished one stands.
"""

import json
from collections.abc import Mapping
from typing import Any


class Composition:
    """An answer's text in the making. `index` of an annotation is the place in the text it stands behind."""

    def __init__(self, structured: bool) -> None:
        self.text = ""
        self.citations: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        self._held = ""  # white space at the end waits for what follows: the last of it is dropped
        self._structured = structured

    def delta(self, text: str) -> str:
        """Take a piece of the answer; returns what of it goes out now."""
        if self._structured:
            return ""
        whole = self._held + text if self.text else text.lstrip()
        kept = whole.rstrip()
        self._held = whole[len(kept) :]
        self.text += kept
        return kept

    def citation(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Take a citation; returns its annotation, or None when citations come at the end."""
        if self._structured:
            return None
        return self._annotate(row, len(self.text))

    def finish(self, body: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        """Take the finished answer; returns the text and the annotations that have not gone out yet."""
        final = json.dumps(body.get("object"), ensure_ascii=False) if self._structured else str(body.get("answer", ""))
        rest = ""
        if not self.text:
            self.text = rest = final
        elif self.text.split() != final.split():
            self._replace(final, body)
        late = [self._annotate(row, len(self.text)) for row in body.get("citations", ()) if row not in self.citations]
        return rest, late

    def _replace(self, final: str, body: Mapping[str, Any]) -> None:
        """Put the finished answer in place of what was sent, with only the citations it still has."""
        self.text, self.citations, self.annotations = final, [], []
        rows, place = list(body.get("citations", ())), 0
        for statement in body.get("statements", ()):
            found = final.find(statement["text"], place)
            place = found + len(statement["text"]) if found >= 0 else place
            for number in statement["citations"]:
                if rows[number] not in self.citations:
                    self._annotate(rows[number], place)

    def _annotate(self, row: Mapping[str, Any], place: int) -> dict[str, Any]:
        made = {
            "type": "file_citation",
            "file_id": row["document_id"],
            "filename": row["document_name"],
            "index": place,
            "cited_text": row["cited_text"],
            "start_page_number": row["start_page_number"],
            "end_page_number": row["end_page_number"],
            "page_label": row["page_label"],
            "verification": row["verification"],
        }
        self.citations.append(dict(row))
        self.annotations.append(made)
        return made


def tool_calls(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Calls of the caller's own tools the answer ends with: `id`, `name`, `arguments` as JSON text."""
    return [{key: str(call[key]) for key in ("id", "name", "arguments")} for call in body.get("tool_calls") or ()]
