"""What the model of a script says: the answer that the run made it give, and the constants that tell of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property
from typing import Any

from llm_conformance.observe.controlled_call import LONG_ANSWER
from llm_conformance.observe.fault_calls import composite
from llm_conformance.observe.tools import tools_of
from llm_conformance.records import ControlledOutcome, FaultResponse, SampledTexts, Search, Text
from llm_conformance.reproduce.evidence import Evidence
from llm_conformance.reproduce.literal import Code
from llm_conformance.reproduce.recipe import CHAT, CROWD, EMPTY, FAILING, FAULT, GOLDEN, PAUSED, SEARCH, Recipe
from llm_conformance.reproduce.refusal import refusal
from llm_conformance.reproduce.traits import first_trait
from llm_conformance.simulator import FAULTS, Fault, fault_named, golden_of
from llm_fixtures import Golden, golden, names
from llm_fixtures.tool_calls import whole_calls

NAMES = ("PROMPT", "OTHER", "THIRD")
# A slow stream takes so many times as long as the client waits for a silent provider.
_SLOW, _LONGER = "slow_but_steady", 1.3
_SHORT = (" one", " two", " three")
_CROWD = {f"Count up from {place:02}.": [f" {place:02}.{step}" for step in range(8)] for place in range(12)}
_USAGE = {"prompt": "input_tokens", "completion": "output_tokens", "cached": "cache_read", "reasoning": "reasoning"}


class Said:
    """What the model says for one finding. NotExportedError if the run does not know it."""

    def __init__(self, evidence: Evidence, recipe: Recipe) -> None:
        self._evidence = evidence
        self._recipe = recipe

    @cached_property
    def stream(self) -> Golden:
        """The golden stream that is the answer to the first prompt."""
        if self._recipe.source in {CHAT, GOLDEN}:
            name = self._evidence.finding.where.partition(",")[0]
            if name not in names():
                raise refusal(self._evidence.check, f"there is no golden stream {name!r}")
            return golden(name)
        if self._recipe.source == FAULT:
            return self.fault.answer(composite(self.fault.name))
        return golden_of(self.tokens)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The tokens of the answer to the first prompt."""
        calls, source = self._evidence.calls, self._recipe.source
        if source == EMPTY:
            return ()
        if source == SEARCH:
            found = [one.counterexample for one in calls if isinstance(one, Search) and one.counterexample is not None]
            if not found:
                raise refusal(self._evidence.check, "the run does not have the answer that breaks the rule")
            return found[0].tokens
        if source in {PAUSED, FAILING}:
            tokens = next((call.tokens for call in calls if isinstance(call, ControlledOutcome) and call.tokens), ())
            return tokens or (LONG_ANSWER if source == PAUSED else _SHORT)
        return next(iter(self._evidence.about.tokens), ())

    @cached_property
    def fault(self) -> Fault:
        """The fault of the provider, with the pauses that the run has used."""
        name = self.response.fault or self._evidence.check.fault or "baseline"
        if name not in FAULTS:
            raise refusal(self._evidence.check, f"there is no fault {name!r}")
        if name != _SLOW:
            return FAULTS[name]
        stalled = self._evidence.record.observations.get(f"{self._evidence.style.observation}_under[stall]", {})
        return fault_named(f"{name}={stalled.get('seconds', 1.0) * _LONGER:.2f}")

    @cached_property
    def response(self) -> FaultResponse:
        """The record of the call under a fault; an empty one of any other call."""
        found = (call for call in self._evidence.calls if isinstance(call, FaultResponse) and call.fault)
        return next(found, FaultResponse())

    @property
    def buffered(self) -> int:
        """The characters of two chunks, which a client may look ahead."""
        return max(map(len, (*self.response.texts, *self.response.tokens, ""))) * 2

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The tools that the answer calls."""
        return tools_of(self.stream) if self._recipe.source == CHAT else []

    @property
    def sampled(self) -> SampledTexts:
        """The answers of a model that samples; empty of any other finding."""
        return next((call for call in self._evidence.calls if isinstance(call, SampledTexts)), SampledTexts())

    @property
    def trait(self) -> str:
        """What tells the answers of the call style from those of `invoke()`; empty of any other finding."""
        return first_trait(self.sampled, self._evidence.finding.where) if self.sampled.texts else ""

    @property
    def constants(self) -> dict[str, Any]:
        """The constants that an act may use, by name."""
        expected = self._evidence.finding.expected
        prompts = [prompt.partition(" [answer-")[0] for prompt in self._evidence.about.prompts]
        has_stream = self._recipe.source in {CHAT, GOLDEN, FAULT}
        if has_stream:
            prompts[0] = self.stream.prompt
        return {
            **dict(zip(NAMES, prompts, strict=False)),
            "PROMPTS": Code("[PROMPT, OTHER, PROMPT, THIRD]"),
            "TOKENS": list(self.tokens),
            "STOP": self._stop,
            "WANTED": expected.whole if isinstance(expected, Text) else expected,
            "WHOLE": self.stream.text if has_stream or self.tokens else "",
            "BEFORE": "".join(self.response.tokens[: self.response.tokens_sent]),
            **(self._of_chat if self._recipe.source == CHAT else {}),
            **({"ANSWERS": _CROWD} if self._recipe.source == CROWD else {}),
            **({"TRAIT": self.trait} if self.trait else {}),
        }

    @property
    def _of_chat(self) -> dict[str, Any]:
        calls, usage = whole_calls(self.stream.pieces), asdict(self.stream.usage)
        return {
            "CALLS": [(call.name, _parsed(call.arguments)) for call in calls],
            "USAGE": {_USAGE[name]: number for name, number in usage.items() if name in _USAGE},
            "TOOLS": self.tools,
        }

    @property
    def _stop(self) -> str:
        """The stop text of the calls; empty for none."""
        calls = self._evidence.calls
        searched = [one.counterexample for one in calls if isinstance(one, Search) and one.counterexample is not None]
        return next((call.stop for call in (*calls, *searched) if call.stop), "")


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments
