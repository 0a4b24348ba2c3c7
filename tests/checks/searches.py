"""Examples for the checks of generated texts and prompts."""

from dataclasses import replace

from checks.controlled_records import FLAKY, FOUND, NONE_FOUND, outcome
from checks.example import Example
from checks.records import ERROR, SILENCE
from llm_conformance.records import Search

_RAISED = ERROR.text
_HUNG = SILENCE.text
_STOP_FOUND = Search(examples=3, counterexample=outcome("ab", tokens=("a", "b"), stop="b"))
_FLAKY_TEXT = "a wrong answer once, and the right answer when the same tokens were generated again"
_ASKED = outcome(prompt=" q ", received=("q",))
_NOT_STREAMED = Search(streamed=False)
_TWICE = outcome("ab", tokens=("a", "b", "ab"), stop="b")
_WORDY = outcome(tokens=("a long token that is one of many",) * 9)
_OF_195 = outcome(tokens=("x" * 196,))

PROMPTS = (
    Example("any-text.prompt", (NONE_FOUND,), (Search(counterexample=_ASKED),), "'q'"),
    Example("any-text.prompt", (NONE_FOUND,), (Search(counterexample=replace(_ASKED, raised=ERROR)),), _RAISED),
    Example(
        "any-text.prompt",
        (NONE_FOUND,),
        (Search(counterexample=replace(_ASKED, received=())),),
        "an answer without a call or a request",
    ),
    Example(
        "any-text.prompt",
        (NONE_FOUND,),
        (Search(counterexample=_ASKED, flaky=True),),
        "a wrong prompt once, and the right prompt when the same call was made again",
    ),
    Example("input.unicode", (outcome("hi", prompt="q"),), (outcome(prompt="q", raised=ERROR),), _RAISED),
    Example("input.unicode", (outcome("hi", prompt="q"),), (outcome(prompt="q", hung=SILENCE),), _HUNG),
)

ANY_TEXT = (
    Example("any-text.invoke", (NONE_FOUND,), (FOUND,), "'b'"),
    Example(
        "any-text.invoke",
        (NONE_FOUND,),
        (Search(flaky=True, counterexample=outcome("b")),),
        _FLAKY_TEXT,
    ),
    Example("any-text.stream", (NONE_FOUND,), (FOUND,), "'b'"),
    Example("any-text.stream", (NONE_FOUND,), (Search(counterexample=outcome(raised=ERROR)),), _RAISED),
    Example("any-text.events", (NONE_FOUND,), (FOUND,), "'b'"),
    Example(
        "any-text.boundaries", (NONE_FOUND,), (Search(counterexample=outcome("ab", tokens=("a", "", "b"))),), "'ab'"
    ),
    Example("any-text.boundaries", (NONE_FOUND,), (Search(counterexample=outcome(hung=SILENCE)),), _HUNG),
    Example("any-text.stop", (NONE_FOUND,), (_STOP_FOUND,), "'ab'"),
    Example("any-text.stop", (Search(stop_refused=True),), (_STOP_FOUND,), "'ab'"),
)

# Each example is at the border of a rule, or has a record that lacks a field of the other examples.
BORDERS = (
    Example("any-text.events", (_NOT_STREAMED,), (FLAKY,), _FLAKY_TEXT),
    Example("any-text.boundaries", (NONE_FOUND,), (FLAKY,), _FLAKY_TEXT),
    Example("any-text.stop", (NONE_FOUND,), (FLAKY,), _FLAKY_TEXT),
    Example("any-text.stop", (NONE_FOUND,), (replace(_STOP_FOUND, counterexample=_TWICE),), "'ab'"),
    Example("any-text.stop", (NONE_FOUND,), (Search(counterexample=replace(_TWICE, raised=ERROR)),), _RAISED),
    Example("any-text.stream", (NONE_FOUND,), (Search(flaky=True),), _FLAKY_TEXT),
    Example("any-text.stream", (NONE_FOUND,), (Search(counterexample=_WORDY),), "''"),
    Example("any-text.stream", (NONE_FOUND,), (Search(counterexample=_OF_195),), "''"),
)

EXAMPLES = (*PROMPTS, *ANY_TEXT, *BORDERS)
