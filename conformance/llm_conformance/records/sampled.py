"""The answers of a model that gives the same prompt different ones, and the traits that tell two call styles apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from llm_conformance.records.outcome import CallOutcome


class Difference(NamedTuple):
    """A trait that all answers of one call style have, and no answer of the other."""

    trait: str
    # Those of `invoke()` have it; else the others have.
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledTexts(CallOutcome):
    """What a model answers to one prompt, called again and again in several call styles.

    texts: the texts of the answers in the order of the calls, by call style; those of `invoke()` come first.
    """

    kind: ClassVar[str] = "sampled-texts"

    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def model_calls(self) -> int:
        """How many answers the model was asked for."""
        return sum(map(len, self.texts.values()))

    @property
    def differences(self) -> Mapping[str, tuple[Difference, ...]]:
        """What tells the answers of a call style from those of `invoke()`; only styles with a difference."""
        (_, invoked), *others = self.texts.items() or [("", ())]
        found = {label: tuple(_differences(invoked, texts)) for label, texts in others}
        return {label: differences for label, differences in found.items() if differences}


def _differences(invoked: Iterable[str], texts: Iterable[str]) -> Iterator[Difference]:
    for trait, has in _TRAITS.items():
        here, there = {has(text) for text in invoked}, {has(text) for text in texts}
        if len(here) == len(there) == 1 and here != there:
            yield Difference(trait, lost=True in here)


def _some(has: Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether a character between the ends of the text has it."""
    return lambda text: any(map(has, text.strip()))


# What can be lost or added in every answer of one call style, whatever the answers are.
_TRAITS: Mapping[str, Callable[[str], bool]] = {
    "text": bool,
    "whitespace between words": _some(str.isspace),
    "line breaks": _some(lambda character: character in "\r\n"),
    "whitespace at the beginning": lambda text: text[:1].isspace(),
    "whitespace at the end": lambda text: text[-1:].isspace(),
    "capital letters": _some(str.isupper),
    "digits": _some(str.isdigit),
    "punctuation": _some(lambda character: unicodedata.category(character).startswith("P")),
    "characters beyond ASCII": _some(lambda character: not character.isascii()),
}
