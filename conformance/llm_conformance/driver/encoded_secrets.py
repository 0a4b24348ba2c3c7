"""The encodings in which secrets appear in texts, and where a text has one of them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

# A shorter one is in too many texts by chance.
_SHORTEST = 6
# Letters and digits together are a key even if they are few. They are looked for as a word of their own.
_SHORTEST_MIXED = 4
_NUMBER = re.compile("[1-9][0-9]{5,299}")
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])", re.DOTALL)
# The number of bytes that may precede a secret in a group of base64.
_OFFSETS = (0, 1, 2)
_SURROGATES = re.compile("[\ud800-\udfff]")
# From here on, to look at every place of a text is faster than to look for every beginning.
_MANY = 200


class Span(NamedTuple):
    """A part of a text that is a secret, and the mask for it: as long as the secret itself, however it is encoded."""

    start: int
    end: int
    mask: str


class EncodedSecrets:
    """The encodings of some secrets, to search for.

    A client may make a new token for each request, and tokens begin alike: what no beginning occurs in is searched for
    few texts, however many secrets there are.
    """

    def __init__(self) -> None:
        self._by_beginning: dict[str, dict[str, str]] = {}
        self._words: dict[str, str] = {}

    def add(self, secret: str) -> None:
        """Search for this secret, too."""
        for one in encodings(secret):
            # A number stays one: in the arguments of a call it is not in quotation marks.
            mask = ("1" if one == secret and is_number(secret) else "*") * len(secret)
            self._by_beginning.setdefault(one[:_SHORTEST], {})[one] = mask
        if len(secret) < _SHORTEST:
            self._words[secret] = "*" * len(secret)

    def found_in(self, text: str) -> dict[str, str]:
        """The encodings that the text contains, each with its mask."""
        if len(self._by_beginning) > _MANY:
            begun = self._by_beginning.keys() & {text[at : at + _SHORTEST] for at in range(len(text) - _SHORTEST + 1)}
        else:
            begun = {beginning for beginning in self._by_beginning if beginning in text}
        found = {one: mask for each in begun for one, mask in self._by_beginning[each].items() if one in text}
        return found | {one: mask for one, mask in self._words.items() if one in text}

    def spans(self, text: str) -> list[Span]:
        """The secrets of the text, in order. Those that overlap are one."""
        return spans_of(self.found_in(text), text)


def spans_of(found: dict[str, str], text: str) -> list[Span]:
    """Where the text has one of these encodings, in order. Those that overlap are one, with the longest mask."""
    merged: list[Span] = []
    for one in sorted(Span(*place, mask) for encoded, mask in found.items() for place in _places(encoded, text)):
        if merged and one.start < merged[-1].end:
            last = merged.pop()
            merged.append(Span(last.start, max(last.end, one.end), max(last.mask, one.mask, key=len)))
        else:
            merged.append(one)
    return merged


def is_searchable(secret: str) -> bool:
    """Whether the secret is long enough to be looked for in texts."""
    return len(secret) >= _SHORTEST or (len(secret) >= _SHORTEST_MIXED and _MIXED.match(secret) is not None)


def is_number(secret: str) -> bool:
    """Whether the secret may also be a number in JSON."""
    return _NUMBER.fullmatch(secret) is not None


def encodings(secret: str) -> set[str]:
    """The secret as it is, and as URLs, JSON, repr(), HTML, base64 and hexadecimal digits show it.

    Of base64 only the characters that depend on the secret alone: a user's name may precede it.
    """
    plain = {secret, html.escape(secret), html.escape(secret, quote=False), repr(secret)[1:-1]}
    plain |= _in_json({secret})
    plain |= _in_json(plain)
    if not _SURROGATES.search(secret):
        data = secret.encode()
        plain |= {repr(data)[2:-1], data.hex(), data.hex().upper(), base64.b64encode(data).decode()}
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            plain |= {_certain(encode(b"\0" * offset + data).decode(), offset, len(data)) for offset in _OFFSETS}
        plain |= {quote(secret, safe=""), quote(secret), quote_plus(secret)}
        plain |= {quote(one) for one in plain}
        plain |= {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in tuple(plain) if "%" in one}
    return {one for one in plain if len(one) >= _SHORTEST}


def _in_json(texts: set[str]) -> set[str]:
    return {json.dumps(one, ensure_ascii=ascii_only)[1:-1] for one in texts for ascii_only in (True, False)}


def _certain(text: str, offset: int, length: int) -> str:
    """The characters of base64 that depend on the secret alone, not on the bytes before and after it."""
    return text[-(-offset * 8 // 6) : (offset + length) * 8 // 6]


def _places(one: str, text: str) -> Iterator[tuple[int, int]]:
    if len(one) < _SHORTEST:
        yield from (found.span() for found in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(one)}(?![A-Za-z0-9])", text))
        return
    at = text.find(one)
    while at >= 0:
        yield at, at + len(one)
        at = text.find(one, at + 1)
