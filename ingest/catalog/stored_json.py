"""Reads JSON out of the catalog so that no row can break a list: what earlier versions let in is mended on the way out.

Half surrogate pairs become U+FFFD, numbers that are none become null; what cannot be read at all becomes an empty
object. Knows nothing of what the JSON means.
"""

import json
import logging
import math
import re
from typing import Any

log = logging.getLogger("pincite.catalog")
# what a row must hold to need a second look; an escaped pair needs one, too, and comes out as it was
SUSPECT = re.compile(r"\\u[dD][89a-fA-F]|NaN|Infinity")
REPLACEMENT = "\ufffd"


def read_stored_json(text: str | bytes) -> Any:
    """The value a column holds, in a form that can be sent."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # more digits than Python converts, or deeper than it reads
        log.warning("a stored value of %d characters cannot be read and is shown as empty", len(text))
        return {}
    shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return _mended(value) if SUSPECT.search(shown) else value


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(REPLACEMENT if "\ud800" <= sign <= "\udfff" else sign for sign in value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_mended(each) for each in value]
    return value
