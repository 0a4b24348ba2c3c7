"""Masks secrets in texts and in records, in every encoding in which they commonly appear."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

_MASK = "***"
# A shorter key, or one of letters only, is in some messages by chance: it is masked, and not reported.
_UNMISTAKABLE = 8
_SHORTEST = 6
# The number of bytes that may precede a secret in a group of base64.
_OFFSETS = (0, 1, 2)
_SURROGATES = re.compile("[\ud800-\udfff]")


class Searched:
    """The encodings of some secrets, to search for.

    A client may make a new token for each request, and tokens begin alike: what no beginning occurs in is searched for
    few texts, however many secrets there are.
    """

    def __init__(self) -> None:
        self._by_beginning: dict[str, set[str]] = {}

    def add(self, secret: str) -> None:
        """Search for this secret, too."""
        for one in encodings(secret):
            self._by_beginning.setdefault(one[:_SHORTEST], set()).add(one)

    def found_in(self, text: str) -> list[str]:
        """The encodings that the text contains, the longest first."""
        begun = (texts for beginning, texts in self._by_beginning.items() if beginning in text)
        return sorted((one for texts in begun for one in texts if one in text), key=len, reverse=True)


class Redactor:
    """Knows the secrets of a run: those that were given, and the keys that the simulated provider has received.

    received: gives the keys received so far; asked whenever a text is redacted.
    """

    def __init__(self, secrets: Iterable[str] = (), received: Callable[[], Iterable[str]] = tuple) -> None:
        self._given = tuple(secrets)
        self._received = received
        self._known: set[str] = set()
        self._masked, self._reported = Searched(), Searched()

    def redact(self, text: str) -> str:
        """The text with "***" in place of every secret."""
        self._update()
        found = self._masked.found_in(text)
        return _any_of(found).sub(_MASK, text) if found else text

    def leaks(self, text: str) -> bool:
        """Whether the text contains a secret that cannot be there by chance."""
        self._update()
        return bool(self._reported.found_in(text))

    def redact_record(self, data: Any) -> Any:
        """The JSON data of a record with "*" in place of each character of a secret.

        A secret may be cut: it is also found across the texts that have the same place in the items of a list.
        """
        self._update()
        if self._known:
            groups = [("".join(container[key] for container, key in group), group) for group in _groups(data)]
            # One search in everything: most records contain none.
            if found := self._masked.found_in("\n".join(joined for joined, _ in groups)):
                pattern = _any_of(found)
                for joined, group in groups:
                    _mask(group, [one.span() for one in pattern.finditer(joined)])
        return data

    def _update(self) -> None:
        received = (key for key in self._received() if len(key) >= _SHORTEST)
        for one in (*self._given, *received):
            if one not in self._known:
                self._known.add(one)
                self._masked.add(one)
                if len(one) >= _UNMISTAKABLE and not one.isalpha():
                    self._reported.add(one)


def _any_of(texts: list[str]) -> re.Pattern[str]:
    """Any of these texts, the first that fits."""
    return re.compile("|".join(map(re.escape, texts)))


def _mask(group: list[tuple[Any, Any]], spans: list[tuple[int, int]]) -> None:
    """Mask these parts of the concatenated texts."""
    start = 0
    for container, key in group if spans else ():
        text = container[key]
        container[key] = _masked(text, [(first - start, last - start) for first, last in spans])
        start += len(text)


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    for first, last in spans:
        begin, end = max(first, 0), min(last, len(text))
        if begin < end:
            text = f"{text[:begin]}{'*' * (end - begin)}{text[end:]}"
    return text


def _groups(data: Any) -> Iterator[list[tuple[Any, Any]]]:
    """The texts of a record, as container and key, in groups: those with the same keys, below any index of a list."""
    groups: dict[tuple[str, ...], list[tuple[Any, Any]]] = {}
    pending: list[tuple[Any, Any, tuple[str, ...]]] = [({"": data}, "", ())]
    while pending:
        container, key, path = pending.pop()
        value = container[key]
        if isinstance(value, str):
            groups.setdefault(path, []).append((container, key))
        elif isinstance(value, dict):
            # In a chain the events of several runs repeat the same chunk in turn.
            own = (*path, run) if isinstance(run := value.get("run_id"), str) else path
            pending += [(value, one, (*own, one)) for one in reversed(value)]
        elif isinstance(value, list):
            pending += [(value, index, path) for index in reversed(range(len(value)))]
    return iter(groups.values())


def encodings(secret: str) -> set[str]:
    """The secret as it is, URL-encoded, as JSON or repr() escapes it, and in base64 alone or after other bytes."""
    plain = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    if _SURROGATES.search(secret):
        return plain
    plain |= {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    plain |= {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in tuple(plain) if "%" in one}
    data = secret.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        plain |= {_certain(encode(b"\0" * offset + data).decode(), offset, len(data)) for offset in _OFFSETS}
    return {one for one in plain if len(one) >= _SHORTEST}


def _certain(text: str, offset: int, length: int) -> str:
    """The characters of base64 that depend on the secret alone, not on the bytes before and after it."""
    return text[-(-offset * 8 // 6) : (offset + length) * 8 // 6]
