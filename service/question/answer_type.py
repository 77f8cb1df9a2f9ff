"""What an answer must hold, by the word a question begins with: a name, a place, a date, a count of something.

A sentence may share all words of "Who is the auditor?" and name nobody. Only plain questions are judged; "who may
terminate" is answered by "either party", which is no name. Knows nothing of documents.
"""

import re
from collections.abc import Callable

from ingest.text.currency import CURRENCY_SIGNS
from ingest.text.dates import MONTHS, YEAR
from ingest.text.numbers import SPELLED
from ingest.text.stems import stem

# capitalised in filings and contracts without being anyone's name
OFFICES = """The Our We Company Registrant Chairman Chief Executive Financial Accounting Operating Officer Officers
President Vice Senior Board Director Directors Committee Stockholders Shareholders Management Report Annual Quarterly
Form Part Item Note Consolidated Statement Statements Balance Sheet Sheets Internal Control Over Reporting Independent
Registered Public Firm Code Ethics Conduct Business Exchange Securities Act Rule Rules Proxy Section Exhibit Article
Agreement Plan Meeting Proposal Election Oversight United States General Counsel Secretary Treasurer Employee Employees
Participant Administrator Corporate Governance"""
NOBODY = re.compile(rf"\b(?:{'|'.join(OFFICES.split())})\b")
NAME = re.compile(r"\b[A-Z][\w.’'-]*(?:\s+(?:&\s+)?[A-Z][\w.’'-]*)+")
PLACE = re.compile(r"\b(?:in|at|near|of)\s+(?!(?:the|our|Item|Note|Part)\b)(?:\w+\s+){0,2}?[A-Z][a-z]+")
DATE = re.compile(rf"\b(?:{MONTHS})\b|\b{YEAR}\b|\bdate\b", re.I)
DIGITS = rf"(?<![{CURRENCY_SIGNS}\d.,])(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)(?![\d%])"
NUMBER = rf"(?:{DIGITS}|\b(?:{'|'.join(SPELLED[1:])})\b)(?:\s+(?:million|thousand|billion))?"
ASKS_WHO = re.compile(r"\bwho (?:is|are|was|were|serves?|served)\b", re.I)
ASKS_WHERE = re.compile(r"\bwhere (?:is|are|was|were)\b", re.I)
ASKS_WHEN = re.compile(r"^\W*when (?:is|was|were|did|does)\b", re.I)
ASKS_COUNT = re.compile(
    r"\bhow many ((?:[\w’'-]+\s+){0,3}?[\w’'-]+)\s+(?:does|do|did|are|is|were|was|has|have|had|will|can|may|work)\b",
    re.I,
)

Check = Callable[[str], bool]


def answer_kind(question: str) -> Check | None:
    """Whether a text holds what a question wants to be told; None where it wants nothing particular."""
    if ASKS_WHO.search(question):
        return lambda text: NAME.search(NOBODY.sub("-", text)) is not None
    if ASKS_WHERE.search(question):
        return lambda text: PLACE.search(text) is not None
    if ASKS_WHEN.search(question):
        return lambda text: DATE.search(text) is not None
    counted = ASKS_COUNT.search(question)
    if counted is not None:
        what = stem(counted.group(1).split()[-1].lower())
        wanted = re.compile(rf"{NUMBER}\W+(?:[\w’'-]+\W+){{0,5}}?{re.escape(what)}", re.I)
        return lambda text: wanted.search(text) is not None
    return None
