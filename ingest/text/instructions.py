"""Text of a page that talks to a model instead of to a reader. It is treated as text, never obeyed, and told of."""

import re

SUSPECTS = {
    "ignore_instructions": (
        r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|your|system)\b.{0,30}"
        r"\b(?:instructions?|prompts?|rules?|directions?|context)\b"
    ),
    "new_role": (
        r"\b(?:you are now (?:an?|in)\b|pretend (?:to be|you are)|from now on,? you"
        r"|act as an? (?:ai|assistant|model)\b)"
    ),
    "prompt_talk": (
        r"\b(?:system prompt|developer message|as an ai (?:language )?model|dear (?:ai|llm)"
        r"|(?:ai|llm) (?:assistants?|models?|reviewers?) (?:must|should|reading))\b"
    ),
    "answer_order": (
        r"(?:^|[.!:;] |\bplease |\bmust |\bshould )(?:respond|reply|answer|output) "
        r"(?:only|exactly|with only|nothing but)\b"
        r"|\b(?:do not|don't|never) (?:cite|quote|reveal) (?:(?:this|the|any) )?(?:page|source|instruction|prompt)"
    ),
    "delimiter": (
        r"<\s*/?\s*(?:page|document|cite|insufficient|system|assistant|user)\b|<\|[a-z_]+\|>|\[/?INST\]"
        r"|^\s*#{2,}\s*(?:system|instructions?|assistant|user)\b|^\s*(?:system|assistant)\s*:"
    ),
}


def suspicious(text: str) -> list[str]:
    """Kinds of instruction to a model that stand in a page's text; empty for nearly every page."""
    flat = re.sub(r"[ \t\u00a0\u200b]+", " ", text)
    return [kind for kind, pattern in SUSPECTS.items() if re.search(pattern, flat, re.I | re.M)]
