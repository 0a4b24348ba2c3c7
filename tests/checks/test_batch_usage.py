"""The usage of a batch, answer by answer: what counts twice, what is shared out, and what is missing."""

from collections.abc import Sequence

import pytest

from checks.chat_records import one, said, thrice, tokens
from checks.example import found
from checks.records import batch, replies, reply
from llm_conformance.records import Value

# What invoke() counts for the first, the second and the third prompt; the batch repeats the first.
COUNTS = ((9, 4), (6, 8), (7, 5))
RIGHT = (COUNTS[0], COUNTS[1], COUNTS[0], COUNTS[2])
Counts = Sequence[tuple[int, int] | None]


def counted(counts: tuple[int, int] | None) -> Value:
    return said("hi", usage_metadata=tokens(*counts) if counts else None)


def findings(check: str, counts: Counts) -> list[str]:
    invoke = reply(counted(COUNTS[0]))
    others = replies(the_second_prompt=counted(COUNTS[1]), the_third_prompt=counted(COUNTS[2]))
    again, slots = thrice(counted(COUNTS[0])), batch(*map(counted, counts))
    if check == "usage.batch":
        return [one.where for one in found(check, (slots, invoke, others, again))]
    return [one.where for one in found(check, (slots, invoke, one(counted(COUNTS[0])), others, again))]


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(RIGHT, id="right"),
        pytest.param((None,) * 4, id="missing"),
        pytest.param((RIGHT[0], RIGHT[1], (0, 0), RIGHT[3]), id="an equal prompt costs nothing"),
        pytest.param(((0, 0), RIGHT[1], RIGHT[2], RIGHT[3]), id="the last of equal prompts is counted"),
        pytest.param((RIGHT[0], (70, 8), RIGHT[2], RIGHT[3]), id="one other prompt for once"),
        pytest.param(((8, 6), (8, 5), (8, 5), (7, 5)), id="shared out"),
    ],
)
def test_usage_that_is_right_or_proves_nothing(counts: Counts) -> None:
    assert findings("usage.batch", counts) == []


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param([(2 * read, 2 * said) for read, said in RIGHT], id="twice"),
        pytest.param([RIGHT[0], *((2 * read, 2 * said) for read, said in RIGHT[1:])], id="twice from the second on"),
        pytest.param(RIGHT[:1] * 4, id="that of the first for all"),
        pytest.param([(9, 4), (15, 12), (24, 16), (31, 21)], id="a sum so far"),
        pytest.param([*RIGHT[1:], RIGHT[0]], id="that of the next"),
        pytest.param([RIGHT[0], RIGHT[0], RIGHT[0], RIGHT[3]], id="that of the first for the second alone"),
        pytest.param([(0, 0)] * 4, id="zero"),
        pytest.param([(31, 21)] * 4, id="the sum for all"),
    ],
)
def test_usage_that_is_wrong(counts: Counts) -> None:
    assert len(findings("usage.batch", counts)) == 1


@pytest.mark.parametrize(
    ("counts", "where"),
    [
        (RIGHT, []),
        ((None, RIGHT[1], RIGHT[2], RIGHT[3]), []),
        ((RIGHT[0], None, RIGHT[2], RIGHT[3]), []),
        ((None,) * 4, ["result[0]"]),
        ((None, RIGHT[1], None, RIGHT[3]), ["result[0]"]),
        ((RIGHT[0], None, None, None), ["result[1]"]),
    ],
)
def test_usage_that_is_missing_in_a_batch(counts: Counts, where: list[str]) -> None:
    assert findings("usage.invoked", counts) == where
