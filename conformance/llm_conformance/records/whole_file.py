"""A file that is written whole or not at all."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path


def write_whole(content: bytes | bytearray, path: Path) -> None:
    """Write the whole file or none of it: a full disk leaves the old one. OSError where it cannot be written."""
    try:
        target = path.resolve()
    except (ValueError, RuntimeError) as error:  # a null character, or a link to itself
        raise OSError(errno.EINVAL, f"no file can have that name: {error}") from None
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
