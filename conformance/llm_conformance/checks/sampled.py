"""A model that gives the same prompt different answers: what is lost or added in all answers of a call style."""

from __future__ import annotations

from llm_conformance.checks.hints import WHITESPACE_DROPPED
from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import Finding, Findings, SampledTexts, inconclusive

_INVOKE = "invoke()"
# A cache gives one answer again and again, and that may have by chance what no other answer has.
_FEW = 5


@check("stream.sampled-parity", MUST, clause="STREAM-001", sampling=True)
def sampled_answers_are_alike(sampled_texts: SampledTexts) -> Findings:
    """If a model samples, what every answer of `invoke()` has, such as whitespace, is not missing from every stream.

    Ten answers of each call style are compared. What no answer of `invoke()` has is not in every stream, either.
    """
    reported = set()
    for label, differences in sampled_texts.differences.items():
        if differences in reported:
            continue
        if any(len(set(sampled_texts.texts[one])) < _FEW for one in (_INVOKE, label)):
            yield inconclusive(f"too few of the answers of {_INVOKE} or {label} differ")
            return
        reported.add(differences)
        lost = differences[0].lost
        traits = " and ".join(one.trait for one in differences if one.lost is lost)
        texts = sampled_texts.texts[label]
        all_of, none_of = (_INVOKE, label) if lost else (label, _INVOKE)
        yield Finding(
            f"{traits} in some answer of {none_of}, as in each of {len(texts)} of {all_of}",
            f"in no answer of {none_of}, such as {sampled_texts.texts[none_of][0]!r}",
            code="lost" if lost else "added",
            where=label,
            hint=WHITESPACE_DROPPED if lost and traits.startswith("whitespace") else "",
        )
