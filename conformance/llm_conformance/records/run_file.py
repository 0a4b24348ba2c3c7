"""The file of a saved run: JSON that is written whole or not at all, and compressed if its name ends in `.gz`."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llm_conformance.records.whole_file import write_whole

_COMPRESSED = ".gz"
# Each record's fields, and each observation and verdict of a subject are on a line of their own.
_DEPTHS = {"header": 2, "subjects": 3, "footer": 0}


def write(document: Mapping[str, Any], path: Path) -> None:
    """Write the whole file or none of it: a full disk leaves the old one."""
    lines = ",\n".join(f"{json.dumps(key)}: {_lines(data, _DEPTHS[key])}" for key, data in document.items())
    content = f"{{\n{lines}\n}}\n".encode()
    # Without a time in it, the same run is the same file.
    write_whole(gzip.compress(content, mtime=0) if path.suffix == _COMPRESSED else content, path)


def read(path: Path) -> Any:
    """The JSON of the file. Raises OSError if it cannot be read, and ValueError if it is not JSON."""
    content = path.read_bytes()
    if path.suffix == _COMPRESSED:
        try:
            content = gzip.decompress(content)
        except (EOFError, zlib.error) as error:
            raise ValueError(f"the compressed file is damaged: {error}") from None
    return json.loads(content.decode("utf-8"))


def _lines(data: Any, depth: int) -> str:
    """JSON with a line for each part down to this depth. The encoder is ten times as fast without indentation."""
    if depth and data and isinstance(data, Mapping):
        return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(part, depth - 1)}" for key, part in data.items()) + "\n}"
    if depth and data and isinstance(data, list):
        return "[\n" + ",\n".join(_lines(part, depth - 1) for part in data) + "\n]"
    return json.dumps(data)
