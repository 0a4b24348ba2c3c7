"""The answers of a model that gives the same prompt different ones, and the traits that tell two call styles apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from llm_conformance.records.outcome import CallOutcome

# A cache gives one answer again and again, and that may have by chance what no other answer has: so many answers of a
# call style must differ, and so many of two together.
_DIFFERENT, _DIFFERENT_TOGETHER = 5, 14
# The longest piece that is looked for twice at an end: a token or a few.
_LONGEST_PIECE = 64


class Difference(NamedTuple):
    """A trait that all answers of one call style have, and no answer of the other."""

    trait: str
    # Those of `invoke()` have it; else the others have.
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledTexts(CallOutcome):
    """What a model answers to one prompt, called again and again in several call styles.

    texts: the texts of the answers in the order of the calls, by call style; those of `invoke()` come first.
    uncached: each call had a stop text of its own that occurs nowhere, so that no cache had an answer to it.
    """

    kind: ClassVar[str] = "sampled-texts"

    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    uncached: bool = False

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

    def are_independent(self, label: str) -> bool:
        """Whether the answers of this call style, and those of `invoke()`, are drawn anew for each call."""
        sides = [set(texts) for texts in (next(iter(self.texts.values())), self.texts[label])]
        if self.uncached:
            # A cache that ignores stop texts keeps its answer all the same. A text that is always lost is empty.
            return all(len(one) > 1 or one == {""} for one in sides)
        return min(map(len, sides)) >= _DIFFERENT and sum(map(len, sides)) >= _DIFFERENT_TOGETHER


def _differences(invoked: Sequence[str], texts: Sequence[str]) -> Iterator[Difference]:
    here, there = ([dict.fromkeys(_traits(text)) for text in some] for some in (invoked, texts))
    found = [
        Difference(trait, lost)
        for some, others, lost in ((here, there, True), (there, here, False))
        for trait in some[0]
        if all(trait in one for one in some) and not any(trait in one for one in others)
    ]
    lengths, others = [len(text) for text in invoked], [len(text) for text in texts]
    if not found and min(lengths) > max(others):
        found.append(Difference(f"at least {min(lengths)} characters", lost=True))
    if not found and max(lengths) < min(others):
        found.append(Difference(f"more than {max(lengths)} characters", lost=False))
    yield from found


def _traits(text: str) -> Iterator[str]:
    """What can be lost or added in every answer of one call style, whatever the answers are."""
    within = text.strip()
    characters = set(within)
    categories = {unicodedata.category(character) for character in characters}
    for trait, has in (
        ("text", text),
        ("whitespace between words", any(map(str.isspace, characters))),
        ("line breaks", characters & {"\r", "\n"}),
        ("whitespace at the beginning", text[:1].isspace()),
        ("whitespace at the end", text[-1:].isspace()),
        ("capital letters", any(map(str.isupper, characters))),
        ("small letters", any(map(str.islower, characters))),
        ("digits", any(map(str.isdigit, characters))),
        ("punctuation", any(category.startswith("P") for category in categories)),
        ("characters beyond ASCII", not within.isascii()),
        ("combining characters", "Mn" in categories),
        ("tabs", "\t" in characters),
        ("two blanks in a row", "  " in within),
        ("a piece twice at the beginning", _is_doubled(text, 1)),
        ("a piece twice at the end", _is_doubled(text, -1)),
        ("the whole text twice", text and text[: len(text) // 2] * 2 == text),
    ):
        if has:
            yield trait
    if within:
        yield f"{_class_of(within[0])} at the beginning"
        yield f"{_class_of(within[-1])} at the end"
    for character in sorted(characters):
        if not character.isalnum() and not character.isspace():
            yield f"the character {character!r}"


def _is_doubled(text: str, step: int) -> bool:
    """Whether the text begins, or with a step of -1 ends, with two equal pieces."""
    some = text[: 2 * _LONGEST_PIECE] if step > 0 else text[-2 * _LONGEST_PIECE :]
    lengths = range(1, len(some) // 2 + 1)
    return any(some.startswith(some[:size] * 2) if step > 0 else some.endswith(some[-size:] * 2) for size in lengths)


def _class_of(character: str) -> str:
    for name, has in (("a capital letter", str.isupper), ("a small letter", str.islower), ("a digit", str.isdigit)):
        if has(character):
            return name
    return "a letter" if character.isalpha() else "punctuation"
