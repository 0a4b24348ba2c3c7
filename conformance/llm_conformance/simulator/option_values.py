"""The values of options, read from the command line. A wrong one is an `ArgumentTypeError` of one line."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from llm_conformance.simulator.printable import without_keys

_LONGEST_WAIT = 86_400
_MOST_TOKENS = 1_000_000_000
_EXAMPLE = "https://host/v1"


def number(least: float, most: float) -> Callable[[str], float]:
    """Reads a number between the two."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        return value if least <= value <= most else _refuse(f"a number from {least:g} to {most:g}", text)

    return read


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number between the two, written in digits."""

    def read(text: str) -> int:
        # int() would also accept signs, blanks, underscores and digits of other scripts.
        value = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else least - 1
        return value if least <= value <= most else _refuse(f"a whole number from {least} to {most}", text)

    return read


port = whole_number(0, 65535)
rate = number(0.001, 1e6)
pace = number(0, 1e6)
seconds = number(0.001, _LONGEST_WAIT)
tokens = whole_number(1, _MOST_TOKENS)


def label(text: str) -> str:
    """A text that is not empty and has a form in bytes."""
    try:
        return text if text and text.encode() else _refuse("a text that is not empty", text)
    except UnicodeEncodeError:
        _refuse("a text in UTF-8", text)


def url(text: str) -> str:
    """The base URL of a provider, without a user or a query."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it raises for a port that is none
        host = (parts.hostname or "").encode("idna")
    except ValueError:  # of a port, of brackets, or of a host name
        _refuse(f"a base URL such as {_EXAMPLE}", without_keys(text))
    printable = text.isascii() and text.isprintable() and " " not in text
    if "@" in parts.netloc or parts.query:
        _refuse(f"a base URL such as {_EXAMPLE}, and a key in the variable of --key-env", without_keys(text))
    if parts.scheme not in {"http", "https"} or not host or not printable:
        _refuse(f"a base URL such as {_EXAMPLE}", without_keys(text))
    return text


def parameters(text: str) -> dict[str, Any]:
    """The JSON object in the text, or in the file after its `@`."""
    try:
        value = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text[1:]}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from None
    return value if isinstance(value, dict) else _refuse("a JSON object", text)


def _refuse(expected: str, text: str) -> NoReturn:
    raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
