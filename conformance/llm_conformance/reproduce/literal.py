"""Values as Python source, in lines that a reader need not scroll."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

WIDTH = 110
_URL = "{url}"
# A pattern that long texts consist of.
_REPEATED = re.compile(rb"(.{1,32}?)\1{63,}", re.DOTALL)
_LONG = 1000
# Bytes of one piece of a long literal.
_PIECE = 88


class Code(str):
    """Python source, which stands as it is."""

    __slots__ = ()


def literal(value: Any) -> str:
    """The value as Python source on one line; `{url}` in a text is the address of the provider."""
    match value:
        case Code():
            return value
        case str():
            filled_in = value.replace("{", "{{").replace("}", "}}").replace("{{url}}", "{source.url}")
            return f"f{quoted(filled_in)}" if _URL in value else quoted(value)
        case Mapping():
            return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case tuple():
            return f"({', '.join(map(literal, value))})"
        case _:
            return repr(value)


def quoted(text: str) -> str:
    """The text in double quotes, unless it has some; characters beyond printable ASCII are escaped."""
    quote = "'" if '"' in text and "'" not in text else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def assigned(name: str, value: Any) -> str:
    """The assignment of a value to a constant; a long value has its items in lines."""
    return "\n".join(_laid_out(f"{name} = ", value, ""))


def _laid_out(before: str, value: Any, after: str) -> list[str]:
    """The value in lines, with what stands before and after it."""
    line = f"{before}{literal(value)}{after}"
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(before) - len(before.lstrip()) + 4)
    if isinstance(value, str):
        if _repeated(value.encode("utf-8", "surrogatepass")):
            return [f"{before}({quoted_bytes(value.encode())}).decode(){after}"]
        return [f"{before}(", *(f"{indent}{quoted(part)}" for part in _parts(value)), f"{indent[4:]}){after}"]
    if isinstance(value, Mapping):
        items = [line for key in value for line in _laid_out(f"{indent}{literal(key)}: ", value[key], ",")]
        return [f"{before}{{", *items, f"{indent[4:]}}}{after}"]
    if isinstance(value, list | tuple):
        brackets = "[]" if isinstance(value, list) else "()"
        if all(isinstance(item, str) for item in value):
            items = [f"{indent}{line}" for line in filled(map(literal, value))]
        else:
            items = [line for item in value for line in _laid_out(indent, item, ",")]
        return [f"{before}{brackets[0]}", *items, f"{indent[4:]}{brackets[1]}{after}"]
    return [line]


def filled(items: Iterable[str]) -> list[str]:
    """The items with commas, as many on a line as fit."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 2 <= WIDTH - 8:
            lines[-1] += f" {item},"
        else:
            lines.append(f"{item},")
    return lines


def bytes_literal(data: bytes) -> list[str]:
    """The bytes as one literal, or as several that Python joins."""
    if _repeated(data):
        return [quoted_bytes(data)]
    parts = [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)] or [b""]
    return [quoted_bytes(part) for part in parts]


def quoted_bytes(data: bytes) -> str:
    """The bytes in double quotes, unless they have some; what is repeated very often is written once."""
    found = _repeated(data)
    if found is None:
        text = repr(data)
        return text if '"' in text else f'b"{text[2:-1]}"'.replace("\\'", "'")
    before, after = data[: found.start()], data[found.end() :]
    times = len(found[0]) // len(found[1])
    return " + ".join(
        [
            *([quoted_bytes(before)] if before else []),
            f"{quoted_bytes(found[1])} * {times}",
            *([quoted_bytes(after)] if after else []),
        ]
    )


def _repeated(data: bytes) -> re.Match[bytes] | None:
    """What is repeated very often in long data."""
    return _REPEATED.search(data) if len(data) > _LONG else None


def _parts(text: str) -> list[str]:
    """The text in pieces that are short as source."""
    parts, length = [""], 0
    for character in text:
        length += len(_escaped(character, '"'))
        if length > WIDTH - 12:
            parts.append("")
            length = 0
        parts[-1] += character
    return parts


def _escaped(character: str, quote: str) -> str:
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", quote: f"\\{quote}"}
    if character in named:
        return named[character]
    if character.isprintable() and character.isascii():
        return character
    code = ord(character)
    if code < 0x80:  # noqa: PLR2004 - ASCII
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - beyond 16 bits
