"""Which tools a model may call in a mode: ours as far as they help there, then the caller's. Knows no model client."""

from collections.abc import Mapping
from typing import Any

from service.contract.question import Question
from service.prompting.tools import tool_schemas

CALCULATE = "calculate"  # the one tool a model that was given everything still needs


def tools_for(question: Question, mode: str, own_tools: bool) -> tuple[Mapping[str, Any], ...]:
    """Tool definitions in Chat Completions form."""
    ours = tool_schemas() if own_tools else ()
    if mode == "full":
        ours = tuple(tool for tool in ours if tool["function"]["name"] == CALCULATE)
    return (*ours, *question.tools)
