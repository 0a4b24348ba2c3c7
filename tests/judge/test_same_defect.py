from __future__ import annotations

from dataclasses import replace

import pytest

from llm_conformance.judge.same_defect import same_defect
from llm_conformance.records import Finding, Text


def texts(expected: str, actual: str) -> Finding:
    return Finding(Text((expected,)), Text(tuple(actual)), code="text-differs")


def chunks(*expected: str) -> Finding:
    return Finding(Text(expected), Text(tuple(one.strip() for one in expected)), code="text-differs")


def words(actual: str, expected: str = "the model stops", code: str = "still-generating") -> Finding:
    return Finding(expected, actual, code=code)


def answers(expected: str, *actual: str) -> Finding:
    """An answer as one text, and the chunks of its stream."""
    return Finding(Text((expected,)), Text(actual), code="text-differs")


def tokens(*expected: str, lost: slice) -> Finding:
    """The tokens of a controlled model, and those of them that were not lost."""
    return Finding(Text(expected), Text(expected[lost]), code="text-differs")


NOTHING = "raised ValueError: No generation chunks were returned (llm.py:115 in stream)"
KNOWN = texts("two words here", "twowordshere")
SAME = {
    "equal": (KNOWN, texts("two words here", "twowordshere")),
    "the sides swapped": (KNOWN, texts("twowordshere", "two words here")),
    "the same characters lost": (KNOWN, texts("other text", "othertext")),
    "the same characters gained": (KNOWN, texts("othertext", "other text")),
    "the same blanks lost": (texts(" a b ", "a b"), texts("\n", "")),
    "the blanks of each chunk lost": (chunks("a", " b"), texts(" c", "c")),
    "everything lost": (texts("one", ""), texts("another", "")),
    "everything repeated": (texts("one", "oneoneone"), texts("two", "twotwo")),
    "the first word lost": (answers("You asked me", " asked", " me"), answers("Name a river", " a", " river")),
    "the last word lost": (answers("You asked me", "You", " asked"), answers("Name a river", "Name", " a")),
    "the first token lost": (tokens("a b", "c", "d", lost=slice(1, 9)), tokens("\n", "e f", "g", lost=slice(1, 9))),
    "the last token lost": (tokens("a", "b c", lost=slice(1)), answers("one two", "one")),
    "each chunk twice": (answers("a b", "a", "a", " b", " b"), answers("cde", "c", "c", "", "de", "de")),
    "a long answer twice": (answers("a " * 1500, "a " * 1500, "a " * 1500), answers("b", "b", "b")),
    "the first chunk twice": (answers("a b", "a", "a", " b"), answers("cd", "c", "c", "d")),
    "the last chunk twice": (answers("a b", "a", " b", " b"), answers("cd", "c", "d", "", "d")),
    "one place": (
        words("raised KeyError: 'tags' (config.py:22 in _run)", code="raised"),
        words("raised TypeError (config.py:22 in _run)", expected="returns an answer", code="not-accepted"),
    ),
    "the same words": (words("generating at token 3 of 64"), words("generating at token 17 of 64")),
}
OTHER = {
    "other characters lost": (KNOWN, texts("other text", "otertext")),
    "the same characters and others": (KNOWN, texts("other text", "thertext")),
    "other blanks lost": (texts(" a b ", "a b"), texts("a\n\nb", "ab")),
    "nothing lost": (KNOWN, texts("same", "same")),
    "texts of other prompts": (texts("first", "second"), texts("third", "fourth")),
    "more words lost": (answers("a b c", "a", " b"), answers("d e f", "d")),
    "more tokens lost": (tokens("a", "b", "c", lost=slice(1, 9)), tokens("a", "b", "c", lost=slice(2, 9))),
    "the other end lost": (answers("You asked me", " asked", " me"), answers("Name a river", "Name", " a")),
    "the other end twice": (answers("a b", "a", "a", " b"), answers("c d", "c", " d", " d")),
    "a lost word and another text": (
        answers("You asked me", " asked", " me"),
        answers("Name a river", " asked", " me"),
    ),
    "another place": (
        words("raised KeyError: 'tags' (config.py:22 in _run)"),
        words("raised KeyError: 'tags' (config.py:23 in _run)"),
    ),
    "two places that are not known": (words("raised KeyError"), words("raised ValueError")),
    "another code": (words("the model goes on", code="one"), words("the model goes on", code="two")),
    "words and a text": (words("two"), texts("two words", "two")),
    "texts that are too long": (texts("a-b" * 999, "ab" * 999), texts("c-d", "cd")),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_findings_of_one_defect(one: Finding, other: Finding) -> None:
    assert same_defect(one, other)
    assert same_defect(other, one)


def test_of_an_answer_that_is_lost_as_a_whole_the_stream_raises() -> None:
    raised = Finding(Text(("one",)), NOTHING, code="raised")

    assert same_defect(raised, answers("You asked me", "You", " asked"))
    assert not same_defect(raised, answers("one", "oone"))
    assert not same_defect(replace(raised, expected=Text(("one", "two"))), answers("You asked me", "You", " asked"))


def test_a_part_of_the_known_difference_is_the_same_defect() -> None:
    known = texts("two more words here", "two_morewords_here")

    assert same_defect(texts("other text", "othertext"), known)
    assert not same_defect(known, texts("other text", "othertext"))


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_findings_of_different_defects(one: Finding, other: Finding) -> None:
    assert not same_defect(other, one)
