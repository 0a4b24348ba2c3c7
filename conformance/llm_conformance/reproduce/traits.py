"""Whether an answer has a trait, as the expression that a script has for it: `said` is the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llm_conformance.records import SampledTexts

_WITHIN = "any(one.{test}() for one in said.strip())"
_CATEGORY = 'any(unicodedata.category(one)[:{size}] == "{category}" for one in said)'
_ANY_PIECE = "any({test} for size in range(1, 65) if size * 2 <= len(said))"
_AN_END = {
    "a capital letter": "{end}.isupper()",
    "a small letter": "{end}.islower()",
    "a digit": "{end}.isdigit()",
    "a letter": "{end}.isalpha() and not {end}.isupper() and not {end}.islower()",
    "punctuation": "{end} and not {end}.isalnum()",
}
_EXPRESSIONS: Mapping[str, str] = {
    "text": "said",
    "whitespace between words": _WITHIN.format(test="isspace"),
    "line breaks": 'any(one in "\\r\\n" for one in said.strip())',
    "whitespace at the beginning": "said[:1].isspace()",
    "whitespace at the end": "said[-1:].isspace()",
    "capital letters": _WITHIN.format(test="isupper"),
    "small letters": _WITHIN.format(test="islower"),
    "digits": _WITHIN.format(test="isdigit"),
    "punctuation": _CATEGORY.format(size=1, category="P"),
    "characters beyond ASCII": "not said.strip().isascii()",
    "combining characters": _CATEGORY.format(size=2, category="Mn"),
    "tabs": '"\\t" in said.strip()',
    "two blanks in a row": '"  " in said.strip()',
    "a piece twice at the beginning": _ANY_PIECE.format(test="said.startswith(said[:size] * 2)"),
    "a piece twice at the end": _ANY_PIECE.format(test="said.endswith(said[-size:] * 2)"),
    "the whole text twice": "said and said[: len(said) // 2] * 2 == said",
    **{f"{name} at the beginning": test.format(end="said.strip()[:1]") for name, test in _AN_END.items()},
    **{f"{name} at the end": test.format(end="said.strip()[-1:]") for name, test in _AN_END.items()},
}
_PATTERNS = (
    (re.compile(r"the character ('.+'|\".+\")", re.DOTALL), "{} in said"),
    (re.compile(r"at least (\d+) characters"), "len(said) >= {}"),
    (re.compile(r"more than (\d+) characters"), "len(said) > {}"),
)


def has_trait(trait: str) -> str:
    """The expression that is true of an answer with this trait; ValueError names a trait without one."""
    if trait in _EXPRESSIONS:
        return _EXPRESSIONS[trait]
    found = ((pattern.fullmatch(trait), expression) for pattern, expression in _PATTERNS)
    for match, expression in found:
        if match is not None:
            return expression.format(match[1])
    raise ValueError(f"no expression is known for {trait!r}")


def first_trait(sampled: SampledTexts, label: str) -> str:
    """The first of the traits that tell the answers of a call style from those of `invoke()`."""
    return next(iter(sampled.differences.get(label, ()))).trait
