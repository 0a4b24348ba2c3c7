"""A model that gives the same prompt different answers: what is lost or added in all answers of a call style."""

from __future__ import annotations

from llm_conformance.checks.hints import WHITESPACE_DROPPED
from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import Finding, Findings, SampledTexts, inconclusive

_INVOKE = "invoke()"
# The others follow from these.
_NAMED = 3


@check("stream.sampled-parity", MUST, clause="STREAM-001", sampling=True)
def sampled_answers_are_alike(sampled_texts: SampledTexts) -> Findings:
    """If a model samples, what every answer of `invoke()` has, such as whitespace, is not missing from every stream.

    Up to twelve answers of each call style are compared, those of `ainvoke()`, `batch()` and `abatch()`, too. What no
    answer of `invoke()` has is not in every answer of another call style, either.
    """
    differences = sampled_texts.differences
    proven = {label: some for label, some in differences.items() if sampled_texts.are_independent(label)}
    if differences and not proven:
        yield inconclusive(f"too few of the answers of {_INVOKE} or {' or '.join(differences)} differ")
    # One defect may show in several call styles.
    for some, label in {some: label for label, some in reversed(proven.items())}.items():
        lost = some[0].lost
        traits = _named([one.trait for one in some if one.lost is lost])
        texts = sampled_texts.texts[label]
        all_of, none_of = (_INVOKE, label) if lost else (label, _INVOKE)
        yield Finding(
            f"{traits} in some answer of {none_of}, as in each of {len(texts)} of {all_of}",
            f"in no answer of {none_of}, such as {sampled_texts.texts[none_of][0]!r}",
            code="lost" if lost else "added",
            where=label,
            hint=WHITESPACE_DROPPED if lost and traits.startswith("whitespace") else "",
        )


def _named(traits: list[str]) -> str:
    """The traits in words; an empty text lacks every other trait, too."""
    named = traits[:1] if traits[0] == "text" else traits[:_NAMED]
    return " and ".join(named)
