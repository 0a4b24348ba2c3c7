"""Masks secrets in texts and in records, in every encoding in which they commonly appear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from llm_conformance.driver.encoded_secrets import EncodedSecrets, Span, is_number, is_searchable, spans_of

_MASK = "***"
# A shorter key, or one of letters only, is in some messages by chance: it is masked, and not reported.
_UNMISTAKABLE = 8
# Characters. An exception of 50 MB is recorded by its beginning.
_SEARCHED = 1_000_000
# Keys of well-known providers, and JSON Web Tokens; no name of a function or a package has their form.
_TOKEN = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|rk)-(?=[\w-]*[0-9])[\w-]{16,}|(?:gh[opsu]_|hf_|AKIA)[A-Za-z0-9]{16,}|github_pat_\w{16,}|"
    r"(?:glpat-|xox[abpr]-|AIza|ya29\.)(?=[\w-]*[0-9])[\w-]{16,}|eyJ[\w-]{16,}\.[\w-]{8,}[\w.-]*)"
)

# Before the id of a run, which is no key of a record.
_RUN = "\0run "

# Texts, each as the container that has it, and its key or index there.
Group = list[tuple[Any, Any]]


class Redactor:
    """Knows the secrets of a run: those that were given, and the keys that the simulated provider has received.

    received: gives the keys received so far; asked whenever a text is redacted.
    """

    def __init__(self, secrets: Iterable[str] = (), received: Callable[[], Iterable[str]] = tuple) -> None:
        self._given = tuple(secrets)
        self._received = received
        self._known: set[str] = set()
        self._masked, self._reported = EncodedSecrets(), EncodedSecrets()

    def know(self, secrets: Iterable[str]) -> None:
        """Mask these secrets, too."""
        self._given += tuple(secrets)

    def redact(self, text: str) -> str:
        """The text with "***" in place of every secret, and of what has the form of a provider's key in its beginning.

        A model may have its key from a file, and raise it while it is constructed.
        """
        self._update()
        shown, end = [], 0
        for one in self._masked.spans(text):
            shown += [text[end : one.start], _MASK]
            end = one.end
        if end:
            text = "".join([*shown, text[end:]])
        return _TOKEN.sub(_MASK, text[:_SEARCHED]) + text[_SEARCHED:]

    def leaks(self, text: str) -> bool:
        """Whether the text contains a secret that cannot be there by chance."""
        self._update()
        return bool(self._reported.spans(text))

    def redact_record(self, data: Any) -> Any:
        """The JSON data of a record with a mask for each secret, also for numbers and keys of objects.

        The mask has the length of the secret. A secret may be cut: it is also found across the texts that have the same
        place in the items of a list.
        """
        self._update()
        if not self._known:
            return data
        numbers = {int(one): int("1" * len(one)) for one in self._known if is_number(one)}
        groups, names = _walk(data, numbers)
        joined = ["".join(container[key] for container, key in group) for group in groups]
        # One search in everything: most records contain none.
        if found := self._masked.found_in("\n".join([*joined, *names])):
            for text, group in zip(joined, groups, strict=True):
                _mask(group, spans_of({one: mask for one, mask in found.items() if one in text}, text))
            shown = {name: masked for name in names if (masked := _masked(name, spans_of(found, name))) != name}
            _rename_keys(data, shown)
        return data

    def _update(self) -> None:
        received = (key for key in self._received() if is_searchable(key))
        for one in (*self._given, *received):
            if one not in self._known:
                self._known.add(one)
                self._masked.add(one)
                if len(one) >= _UNMISTAKABLE and not one.isalpha():
                    self._reported.add(one)


class _Place:
    """A path of keys in a record, below any index of a list.

    texts: those that are there, in their order. below: the places that one more key leads to.
    """

    __slots__ = ("below", "texts")

    def __init__(self) -> None:
        self.texts: Group = []
        self.below: dict[str, _Place] = {}

    def at(self, key: str) -> _Place:
        """The place that one more key leads to."""
        if (place := self.below.get(key)) is None:
            place = self.below[key] = _Place()
        return place

    def groups(self) -> Iterator[Group]:
        """The texts of this place, and those of each place below it."""
        if self.texts:
            yield self.texts
        for place in self.below.values():
            yield from place.groups()


def _walk(data: Any, numbers: Mapping[int, int]) -> tuple[list[Group], set[str]]:
    """The texts of a record, in groups: those with the same keys, below any index of a list. And its keys.

    Numbers that are secrets are replaced at once.
    """
    names: set[str] = set()

    def look(container: Any, key: Any, value: Any, place: _Place) -> None:
        kind = type(value)
        if kind is str:
            place.texts.append((container, key))
        elif kind is dict:
            names.update(value)
            # In a chain the events of several runs repeat the same chunk in turn.
            own = place.at(f"{_RUN}{run}") if isinstance(run := value.get("run_id"), str) else place
            for name, part in value.items():
                look(value, name, part, own.at(name))
        elif kind is list:
            for index, part in enumerate(value):
                look(value, index, part, place)
        elif kind is int and value in numbers:
            container[key] = numbers[value]

    whole = _Place()
    look({"": data}, "", data, whole)
    return [*whole.groups()], names


def _mask(group: Group, spans: list[Span]) -> None:
    """Mask these parts of the concatenated texts."""
    start, first = 0, 0
    for container, key in group if spans else ():
        text = container[key]
        end = start + len(text)
        while first < len(spans) and spans[first].end <= start:
            first += 1
        last = first
        while last < len(spans) and spans[last].start < end:
            last += 1
        container[key] = _masked(text, [_moved(one, start) for one in spans[first:last]])
        start = end


def _moved(span: Span, start: int) -> Span:
    """The span in a text that begins there; what is before it has taken its part of the mask."""
    before = max(start - span.start, 0)
    return Span(max(span.start - start, 0), span.end - start, span.mask[before:])


def _masked(text: str, spans: list[Span]) -> str:
    shown, end = [], 0
    for one in spans:
        shown += [text[end : one.start], one.mask[: min(one.end, len(text)) - one.start]]
        end = one.end
    return "".join([*shown, text[end:]])


def _rename_keys(data: Any, shown: Mapping[str, str]) -> None:
    """Rename keys of the objects of a record, in their order; two that would be the same differ in length."""
    pending = [data] if shown else []
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            items = [*one.items()]
            one.clear()
            for key, value in items:
                name = shown.get(key, key)
                while name in one:
                    name += "*"
                one[name] = value
        if isinstance(one, dict | list):
            pending += one.values() if isinstance(one, dict) else one
