"""The words by which a claim is read: those that say nothing of what is claimed, and those that turn it.

A claim may be told with other filling words, verbs of reporting and words of time than its quote. It may not be told
with another negation, modality, condition or limit. Knows no claim and no page.
"""

import re

from ingest.text.stems import stem

# words of every claim that say nothing of what is claimed; what stays must be entailed
FILLER_WORDS = """a an the this that these those of in on at to for with as and into per its it our we us their they
them his her he she your you i my be been being is are was were am do does did has have had which who whom whose there
here also like such s t fiscal year years ended ending end during approximately about usd dollars , then so both"""
# verbs by which a figure is told; they are fillers beside a row, not in a sentence
REPORTING_WORDS = """amount amounted amounts total totaled totalled come came comes stand stood stands equal equaled
equals report reported reports record recorded records value figure level"""
COPULAS = frozenset(("is", "are", "was", "were"))
AUXILIARIES = frozenset(("be", "been", "being", "is", "are", "was", "were"))
NEGATION_WORDS = """no not never none neither nor cannot without hardly rarely unable fail failed fails longer
prohibited denied denies"""
MODAL_WORDS = "may might could would should will shall must"
# a clause that has one of these says another thing than one that has not …
CLAUSE_WORDS = f"""{NEGATION_WORDS} {MODAL_WORDS} former formerly proposed alleged alleges believes expects intends
plans anticipates estimated pro forma"""
# … and a sentence that has one of these anywhere
CONDITION_WORDS = "if unless except without subject until only provided extent insofar contingent"
# words that bound what is said; a claim that leaves one of them out, among its own words, says more than its quote
LIMIT_WORDS = """some certain most many few several part portion partially majority generally typically primarily
potentially possible possibly likely either sometimes often usually least maximum minimum nearly almost half"""
BOUNDARIES = frozenset((";", "but", "however", "although", "though", "whereas", "while"))  # between clauses
SUBJECTS = frozenset(("we", "it", "they", "he", "she"))
BETWEEN = frozenset(("by", "or", "from", "than", "versus", "rather", "instead"))  # the same, among the claim's words
BEFORE_NUMBER = frozenset(("from",))  # of the words between those that matter before a number alone
FILLERS, IN_CLAUSE, IN_SENTENCE, LIMITS, NEGATIONS, MODALS, REPORTING = (
    frozenset(words.split())
    for words in (
        FILLER_WORDS, CLAUSE_WORDS, CONDITION_WORDS, LIMIT_WORDS, NEGATION_WORDS, MODAL_WORDS, REPORTING_WORDS,
    )
)  # fmt: skip
KEPT = FILLERS | IN_CLAUSE | IN_SENTENCE | LIMITS | BETWEEN | BOUNDARIES | AUXILIARIES  # not cut to their stem
OBLIGATIONS = frozenset(("shall", "must", "will"))  # one word as another: what is to be done
SPANS = frozenset(("quarter", "month", "week", "half"))  # by their stems: of one of these a year's figure is not
YEARS = frozenset(("year", "years", "annual"))
UP_WORDS = "increase increased grew grow growth rose rise risen up higher gain improved exceeded"
DOWN_WORDS = "decrease decreased decline declined fell fall fallen down lower dropped drop shrank"
UP, DOWN = (frozenset(map(stem, words.split())) for words in (UP_WORDS, DOWN_WORDS))
PREPOSITION_WORDS = """in on at for under pursuant during within upon after before as with following
through until since ,"""
PREPOSITIONS = frozenset(PREPOSITION_WORDS.split())
# words before which a phrase says who is speaking or where it is written
ANSWERING = re.compile(r"^\W*(?:yes|no|correct|indeed)[,.:;]\s+", re.I)  # not the "No" of "No dividends were paid"
_SOURCE = (
    r"(?:documents?|filings?|reports?|10-?[KQ]|agreement|contract|pages?|passages?|text|evidence|statements?|company)"
)
SOURCED = re.compile(
    rf"^\W*(?:(?:according to|based on|as (?:stated|shown|disclosed|reported) (?:in|on)|per)\s+(?:[\w'’-]+\s+){{0,4}}?"
    rf"{_SOURCE}\b[^,]{{0,30}},\s*|(?:the|this)\s+(?:[\w'’-]+\s+){{0,2}}?{_SOURCE}\s+"
    r"(?:states?|says?|provides?|discloses?|reports?|reported|notes?|stated|shows?)\s+that\s+)",
    re.I,
)
ITSELF = re.compile(r"\b(?:the )?(?:company|registrant|issuer)(?:['’]s)?(?!\w)", re.I)
OURSELVES = re.compile(r"\b(?:we|our|ours|us|company|registrant|corporation|issuer)\b", re.I)


def plain_claim(statement: str) -> str:
    """A statement without its answering word and without saying where it is from."""
    return SOURCED.sub("", ANSWERING.sub("", statement)).strip("*_ ")
