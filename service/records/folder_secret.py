"""The data folder's own secret: keys are hashed and sessions signed with it. Knows neither."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

NAME = "secret.key"


def folder_secret(home: Path) -> bytes:
    """32 random bytes, made when first asked for; processes that ask at the same time get the same."""
    path = home / NAME
    if not path.exists():
        handle, made = tempfile.mkstemp(dir=home, prefix=".secret-")  # readable by its owner alone
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
            with suppress(FileExistsError):  # another process was faster
                os.link(made, path)
        finally:
            os.unlink(made)
    return path.read_bytes()
