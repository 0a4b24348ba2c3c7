"""The inputs that are always tried distinguish a model that follows the rule from one that does not."""

from itertools import accumulate

import pytest

from llm_conformance.observe.traps import AT_THE_END, BEGINNINGS, ENDS, STOP_TRAPS, TRAP_TOKENS, Tokens
from llm_conformance.records import ControlledOutcome, Value
from llm_conformance.scenarios.any_text import _is_cut


@pytest.mark.parametrize(("tokens", "mark"), [trap for trap in STOP_TRAPS if trap[1] in "".join(trap[0])])
def test_a_model_that_ignores_the_stop_mark_is_found(tokens: Tokens, mark: str) -> None:
    assert not _is_cut(_answered("".join(tokens), tokens, mark))


@pytest.mark.parametrize(("tokens", "mark"), STOP_TRAPS)
def test_a_model_that_keeps_what_a_server_may_keep_passes(tokens: Tokens, mark: str) -> None:
    text = "".join(tokens)
    cut, found, _ = text.partition(mark)
    end = next(end for end in accumulate(map(len, tokens)) if end >= len(cut + found))

    assert _is_cut(_answered(cut, tokens, mark))
    assert not found or _is_cut(_answered(cut + found, tokens, mark))
    assert not found or _is_cut(_answered(text[:end], tokens, mark))


def test_the_second_of_two_marks_in_a_token_is_found() -> None:
    tokens = ("one", " STOP two STOP three", " and", " so", " on")

    assert not _is_cut(_answered("one STOP two ", tokens, "STOP"))


def test_each_trap_token_ends_an_answer_and_is_one_alone() -> None:
    assert all((token,) in ENDS for token in TRAP_TOKENS if token)
    assert {ending[-1] for ending in AT_THE_END} == {*filter(None, TRAP_TOKENS), *BEGINNINGS}


def _answered(text: str, tokens: Tokens, mark: str) -> ControlledOutcome:
    return ControlledOutcome(tokens=tokens, stop=mark, chunks=(Value("str", "str", text=text),))
