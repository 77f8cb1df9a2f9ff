"""Every error Pincite raises on purpose, for both rooms.

PinciteError
├── InputRefused            refused at the door; nothing was stored
│   ├── EmptyFile · FileTooLarge · UnsupportedType · BadRequest
├── ReadingFailed           the upload is kept; that document alone is `failed`
│   ├── PasswordRequired · PasswordWrong · FileDamaged · NoPages · TooManyPages
│   └── ReaderCrashed · ReaderTimedOut · TooComplex
├── NotFound
│   ├── DocumentNotFound · CollectionNotFound · PageNotFound · AnswerNotFound · ThreadNotFound
│   └── KeyNotFound
├── Conflict
│   ├── NotReadableYet · NothingToRetry · CollectionExists · LlmNotConfigured · DataFolderBusy
│   └── BudgetExceeded
├── Refused                 who asks may not, or not so often
│   ├── Unauthenticated · Forbidden · RateLimited
└── Unavailable             the machine, not the request, is at fault; a retry may help
    ├── EncoderUnavailable · StoreUnavailable (StoreDamaged (IndexDamaged) · InsufficientStorage · CatalogNewer)
    ├── Overloaded
    └── LlmUnavailable · LlmTimedOut · LlmBrokenOff · LlmGarbled · LlmRefused

`code` is stable and part of the wire contract; the message says what to do; `retry` says whether the same
call can succeed later without a change.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class PinciteError(Exception):
    """The root: a stable code, a sentence for the user, and whether a retry helps."""

    code: ClassVar[str] = "internal"
    retry: ClassVar[bool] = False

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after  # seconds, where they are known


class InputRefused(PinciteError):
    """What was sent cannot be accepted; nothing was stored."""

    code = "input_refused"


class BadRequest(InputRefused):
    """A parameter is missing, malformed or out of range."""

    code = "bad_request"


class EmptyFile(InputRefused):
    """The file has no bytes."""

    code = "file_empty"


class FileTooLarge(InputRefused):
    """The file is larger than the upload limit."""

    code = "file_too_large"


class UnsupportedType(InputRefused):
    """The content is of no type a reader exists for."""

    code = "file_type_unsupported"


class ReadingFailed(PinciteError):
    """The file was accepted and kept but could not be read."""

    code = "reading_failed"


class PasswordRequired(ReadingFailed):
    """The file is encrypted and no password came with it."""

    code = "password_required"


class PasswordWrong(ReadingFailed):
    """The password given does not open the file."""

    code = "password_wrong"


class FileDamaged(ReadingFailed):
    """No reader could make sense of the file."""

    code = "file_damaged"


class NoPages(ReadingFailed):
    """The file opened but holds no page."""

    code = "file_without_pages"


class TooManyPages(ReadingFailed):
    """The file holds more pages than the limit."""

    code = "too_many_pages"


class ReaderCrashed(ReadingFailed):
    """The reader process died on this file."""

    code = "reader_crashed"


class ReaderTimedOut(ReadingFailed):
    """The reader did not finish within its time limit."""

    code = "reader_timed_out"


class TooComplex(ReadingFailed):
    """The file, or a page of it, needs more work or memory than a reader may use."""

    code = "too_complex"


class NotFound(PinciteError):
    """What was named does not exist or may not be seen by this caller."""

    code = "not_found"


class DocumentNotFound(NotFound):
    """No such document in scope."""

    code = "document_not_found"


class CollectionNotFound(NotFound):
    """No such collection in scope."""

    code = "collection_not_found"


class PageNotFound(NotFound):
    """The document has no such page."""

    code = "page_not_found"


class AnswerNotFound(NotFound):
    """No such stored answer in scope."""

    code = "answer_not_found"


class ThreadNotFound(NotFound):
    """No such conversation in scope."""

    code = "thread_not_found"


class KeyNotFound(NotFound):
    """There is no such key."""

    code = "key_not_found"


class Conflict(PinciteError):
    """The state of things does not allow the call now."""

    code = "conflict"


class NotReadableYet(Conflict):
    """The document is still queued or being read, or could not be read."""

    code = "document_not_readable"
    retry = True


class NothingToRetry(Conflict):
    """Only failed and partial documents can be read again."""

    code = "nothing_to_retry"


class CollectionExists(Conflict):
    """A collection of that name is already there."""

    code = "collection_exists"


class LlmNotConfigured(Conflict):
    """A route that needs a language model was asked for and none is configured."""

    code = "llm_not_configured"


class BudgetExceeded(Conflict):
    """The call could cost or take more than its ceiling allows; it was not made."""

    code = "budget_exceeded"


class DataFolderBusy(Conflict):
    """Another process writes to this data folder."""

    code = "data_folder_busy"
    retry = True


class Refused(PinciteError):
    """Who asks may not do this, or not so often."""

    code = "refused"


class Unauthenticated(Refused):
    """No key was shown, or one that is unknown, expired or revoked."""

    code = "unauthenticated"


class Forbidden(Refused):
    """The key may not do this."""

    code = "forbidden"


class RateLimited(Refused):
    """The key has sent too many requests, or too many at once."""

    code = "rate_limited"
    retry = True


class Unavailable(PinciteError):
    """A part of the service cannot do its work at the moment."""

    code = "unavailable"
    retry = True


class EncoderUnavailable(Unavailable):
    """The encoder's exported graph is missing or does not match its weights."""

    code = "encoder_unavailable"


class StoreUnavailable(Unavailable):
    """The catalog or the blob store does not answer."""

    code = "store_unavailable"


class StoreDamaged(StoreUnavailable):
    """Something stored is missing or not what was stored."""

    code = "store_damaged"
    retry = False


class IndexDamaged(StoreDamaged):
    """The search index cannot be read; it is made anew from the stored pages."""

    code = "index_damaged"
    retry = True


class InsufficientStorage(StoreUnavailable):
    """The disk is full; deleting documents still works."""

    code = "insufficient_storage"


@contextmanager
def full_disk_is_told(what: str) -> Iterator[None]:
    """Turn the operating system's "no space left" into InsufficientStorage; other errors go on their way."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InsufficientStorage(f"The disk is full; {what}.") from error
        raise


class CatalogNewer(StoreUnavailable):
    """The data folder was written by a later version of Pincite."""

    code = "catalog_newer"
    retry = False


class Overloaded(Unavailable):
    """More requests wait than the server takes on."""

    code = "overloaded"


class LlmUnavailable(Unavailable):
    """The language model's endpoint cannot be reached, is overloaded or limits the rate."""

    code = "llm_unavailable"


class LlmTimedOut(Unavailable):
    """The language model did not begin, or did not go on, in time."""

    code = "llm_timed_out"


class LlmBrokenOff(Unavailable):
    """The language model's reply broke off after a part of it had been passed on."""

    code = "llm_broken_off"


class LlmGarbled(Unavailable):
    """The endpoint answered with something that is no reply of a language model."""

    code = "llm_garbled"


class LlmRefused(Unavailable):
    """The endpoint refuses the request or the key; the message says what to change."""

    code = "llm_refused"
    retry = False
