"""Gathers an answer's events into the one text with annotations that OpenAI's clients expect. Pure.

The text is what was sent in deltas; where the finished answer reads differently (a self-check has corrected it, a
schema was asked for), the finished one stands.
"""

import json
from typing import Any

from service.contract.answer import Citation, Content


class Composition:
    """An answer's text in the making. `index` of an annotation is the place in the text it stands behind."""

    def __init__(self, *, structured: bool) -> None:
        self.text = ""
        self.citations: list[Citation] = []
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

    def citation(self, citation: Citation) -> dict[str, Any] | None:
        """Take a citation; returns its annotation, or None when citations come at the end."""
        if self._structured:
            return None
        return self._annotate(citation, len(self.text))

    def finish(self, content: Content) -> tuple[str, list[dict[str, Any]]]:
        """Take the finished answer; returns the text and the annotations that have not gone out yet."""
        found = content.structured.object if content.structured is not None else None
        final = json.dumps(found, ensure_ascii=False) if self._structured else content.text
        rest = ""
        if not self.text:
            self.text = rest = final
        elif self.text.split() != final.split():
            self._replace(final, content)
        late = [self._annotate(each, len(self.text)) for each in content.citations if each not in self.citations]
        return rest, late

    def _replace(self, final: str, content: Content) -> None:
        """Put the finished answer in place of what was sent, with only the citations it still has."""
        self.text, self.citations, self.annotations = final, [], []
        place = 0
        for statement in content.statements:
            found = final.find(statement.text, place)
            place = found + len(statement.text) if found >= 0 else place
            for index in statement.citations:
                if content.citations[index] not in self.citations:
                    self._annotate(content.citations[index], place)

    def _annotate(self, citation: Citation, place: int) -> dict[str, Any]:
        made = {
            "type": "file_citation",
            "file_id": citation.document_id,
            "filename": citation.document_name,
            "index": place,
            "cited_text": citation.cited_text,
            "start_page_number": citation.page,
            "end_page_number": citation.end_page,
            "page_label": citation.page_label,
            "verification": citation.verification.value,
        }
        self.citations.append(citation)
        self.annotations.append(made)
        return made
