"""An answer and its pieces as JSON: the form it is stored in, which is the form the native API sends.

Optional fields are left out where there is nothing to say. Knows no HTTP.
"""

from typing import Any

from service.contract.answer import (
    Answer,
    Calculation,
    Citation,
    Considered,
    Content,
    Figure,
    PageHit,
    Part,
    Plan,
    RouteTaken,
    Searched,
    Statement,
    Usage,
    Value,
    Warning,
)

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """A whole answer."""
    return {
        "id": answer.id,
        "question": answer.question,
        **_given(resolved_question=answer.resolved_question),
        **content_json(answer.content),
        "route": route_json(answer.route),
        "usage": usage_json(answer.usage),
        "searched": searched_json(answer.searched),
        "not_yet_searchable": list(answer.not_yet_searchable),
        **_given(thread=answer.thread),
    }


def content_json(content: Content) -> Json:
    """What an answer says."""
    structured = content.structured
    return {
        "answer": content.text,
        "answered": content.answered,
        "statements": [statement_json(each) for each in content.statements],
        "unsupported": content.unsupported,
        "citations": [citation_json(each) for each in content.citations],
        "calculations": [calculation_json(each) for each in content.calculations],
        **({"figure": _first_figure(content.figures[0])} if content.figures else {}),
        "figures": [figure_json(each) for each in content.figures],
        **({"parts": [part_json(each) for each in content.parts]} if content.parts else {}),
        "warnings": [warning_json(each) for each in content.warnings],
        **_given(nearest=[vars(each) for each in content.nearest] or None),
        "finish": content.finish.value,
        **_given(insufficient=content.insufficient),
        **({"object": structured.object, "values": _values(structured.values)} if structured is not None else {}),
        **({"tool_calls": [vars(each) for each in content.tool_calls]} if content.tool_calls else {}),
    }


def statement_json(statement: Statement) -> Json:
    """A statement; `citations` are indexes."""
    return {
        "text": statement.text,
        "citations": list(statement.citations),
        "supported": statement.supported,
        "flags": list(statement.flags),
        **_given(confidence=statement.confidence),
        "document_ids": list(statement.document_ids),
    }


def citation_json(citation: Citation) -> Json:
    """A citation: `span` on one page, `spans` with their pages where the quote runs over a page's end."""
    return {
        "document_id": citation.document_id,
        "document_name": citation.document_name,
        "cited_text": citation.cited_text,
        **({"quote": citation.quote} if citation.quote else {}),
        "start_page_number": citation.page,
        "end_page_number": citation.end_page,
        "page_label": citation.page_label,
        "section": citation.section,
        **_spans(citation),
        "rectangles": [
            {"page": box.page, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} for box in citation.rectangles
        ],
        "verification": citation.verification.value,
        **_given(struck=citation.struck),
    }


def _spans(citation: Citation) -> Json:
    if not citation.continued:
        return {"span": {"start": citation.span.start, "end": citation.span.end}}
    places = ((citation.page, citation.span), *citation.continued)
    return {"spans": [{"page": page, "start": span.start, "end": span.end} for page, span in places]}


def calculation_json(calculation: Calculation) -> Json:
    """A calculation with its operands."""
    return {
        "name": calculation.name,
        "expression": calculation.expression,
        "operands": [
            {"name": o.name, "value": o.value, "unit": o.unit, "scale": o.scale, "citation": o.citation}
            for o in calculation.operands
        ],
        "result": str(calculation.result),
        "unit": calculation.unit,
        "scale": calculation.scale,
    }


def figure_json(figure: Figure) -> Json:
    """A reported figure."""
    return {
        "label": figure.label,
        **_given(segment=figure.segment),
        "period": figure.period,
        "value": figure.value,
        "unit": figure.unit,
        "scale": figure.scale,
        "document_id": figure.document_id,
        "citation": figure.citation,
    }


def _first_figure(figure: Figure) -> Json:
    return {
        "value": figure.value,
        "unit": figure.unit,
        "scale": figure.scale,
        "period": figure.period,
        "statement": figure.caption,
    }


def part_json(part: Part) -> Json:
    """One of several questions."""
    return {
        "question": part.question,
        "answered": part.answered,
        "statements": list(part.statements),
        **_given(reason=part.reason),
    }


def warning_json(warning: Warning) -> Json:
    """A warning."""
    return {"code": warning.code, "message": warning.message, **_given(page=warning.page)}


def _values(values: Any) -> Json:
    return {pointer: _value(value) for pointer, value in values.items()}


def _value(value: Value) -> Json:
    if value.value is None:
        return {"value": None, "reason": value.reason}
    return {"value": value.value, "citations": list(value.citations)}


def route_json(route: RouteTaken) -> Json:
    """How an answer came about."""
    return {
        "mode": route.mode.value,
        "reason": route.reason,
        "considered": [_considered(each) for each in route.considered],
        "model": route.model,
        "model_known": route.model_known,
        "tokenizer": route.tokenizer,
        **({"escalated_from": route.escalated_from.value} if route.escalated_from is not None else {}),
    }


def _considered(each: Considered) -> Json:
    return {
        "mode": each.mode.value,
        "tokens": each.tokens,
        "cost_usd": round(each.cost_usd, 9),
        "worst_usd": round(each.worst_usd, 9),
        "seconds": round(each.seconds, 1),
        "fits": each.fits,
        **({"why_not": each.why_not} if each.why_not else {}),
    }


def usage_json(usage: Usage) -> Json:
    """What an answer has cost."""
    return {
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": round(usage.cost_usd, 9),
        "calls": usage.calls,
        **_given(estimated=usage.estimated, seconds=usage.seconds),
    }


def searched_json(searched: Searched) -> Json:
    """What was looked through."""
    return {
        "documents": searched.documents,
        "pages": searched.pages,
        "nearest": [hit_json(hit) for hit in searched.nearest],
        "lexical_only": searched.lexical_only,
    }


def hit_json(hit: PageHit) -> Json:
    """A ranked page in few words."""
    return {
        "document_id": hit.document_id,
        "document_name": hit.document_name,
        "page": hit.page,
        "score": round(hit.score, 4),
    }


def plan_json(plan: Plan) -> Json:
    """What would be done and what it would cost."""
    return {
        "route": route_json(plan.route),
        "budget_usd": plan.budget_usd,
        "documents": plan.documents,
        "not_yet_searchable": list(plan.not_yet_searchable),
    }


def _given(**values: Any) -> Json:
    """The values that are not None."""
    return {name: value for name, value in values.items() if value is not None}
