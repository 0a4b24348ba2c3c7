"""The file of a saved run: JSON that is written whole or not at all, and compressed if its name ends in `.gz`."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from llm_conformance.records.whole_file import write_whole

_COMPRESSED = ".gz"
# The level and the format of the gzip module, which leaves out the time if it compresses a whole text at once.
_BEST, _GZIP = 9, 31
# Each record's fields, and each observation and verdict of a subject are on a line of their own.
_DEPTHS = {"header": 2, "subjects": 3, "footer": 0}


def write(document: Mapping[str, Any], path: Path) -> None:
    """Write the whole file or none of it: a full disk leaves the old one.

    Arrays down to the third level may be iterators: the parts of two hundred subjects are not in memory at once.
    """
    # Without a time in it, the same run is the same file.
    zipped = zlib.compressobj(_BEST, wbits=_GZIP) if path.suffix == _COMPRESSED else None
    content = bytearray()
    for line in _document(document):
        content += zipped.compress(line.encode()) if zipped else line.encode()
    if zipped:
        content += zipped.flush()
    write_whole(content, path)


def read(path: Path) -> Any:
    """The JSON of the file. Raises OSError if it cannot be read, and ValueError if it is not JSON."""
    content = path.read_bytes()
    if path.suffix == _COMPRESSED:
        try:
            content = gzip.decompress(content)
        except (EOFError, zlib.error) as error:
            raise ValueError(f"the compressed file is damaged: {error}") from None
    return json.loads(content.decode("utf-8"))


def _document(document: Mapping[str, Any]) -> Iterator[str]:
    yield "{"
    for number, (key, data) in enumerate(document.items()):
        yield f"{',' if number else ''}\n{json.dumps(key)}: "
        yield from _lines(data, _DEPTHS[key])
    yield "\n}\n"


def _lines(data: Any, depth: int) -> Iterator[str]:
    """JSON with a line for each part down to this depth. The encoder is ten times as fast without indentation."""
    if depth and isinstance(data, Mapping):
        yield from _block("{", "}", ((f"{json.dumps(key)}: ", part) for key, part in data.items()), depth)
    elif depth and isinstance(data, list | Iterator):
        yield from _block("[", "]", (("", part) for part in data), depth)
    else:
        yield json.dumps(data)


def _block(begin: str, end: str, parts: Iterable[tuple[str, Any]], depth: int) -> Iterator[str]:
    separator = ""
    yield begin
    for name, part in parts:
        yield f"{separator}\n{name}"
        yield from _lines(part, depth - 1)
        separator = ","
    yield f"\n{end}" if separator else end
