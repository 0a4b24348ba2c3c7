"""The case: a golden stream, how it is sent, and the nonce that selects it."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from llm_conformance.simulator.dialect import USUAL, Dialect
from llm_conformance.simulator.gate import Gate
from llm_fixtures import Golden, Rendering

FinishStyle = Literal["own-chunk", "with-last-text"]


@dataclass(frozen=True, slots=True)
class Case:
    """The answer to a prompt that contains `nonce`. Raises ValueError for invalid arguments.

    finish: where the finish reason is sent: in a separate chunk with empty text, as OpenAI does, or in the chunk of
    the last text, as vLLM does.
    rendering: how tokens are sent that end inside a character: "hold" or "replace", as in `Golden.text_tokens()`.
    fault: the name of the fault.
    gates: where the stream waits.
    pace: a factor for the times of the golden stream: 1 is the recorded speed, 0 is as fast as possible.
    dialect: what providers of the format do differently.
    """

    nonce: str
    golden: Golden
    format: str = "openai-completions"
    finish: FinishStyle = "own-chunk"
    rendering: Rendering = "hold"
    fault: str = "baseline"
    gates: tuple[Gate, ...] = ()
    pace: float = 0.0
    dialect: Dialect = USUAL

    def __post_init__(self) -> None:
        if not self.nonce:
            raise ValueError("a nonce must not be empty: every prompt contains ''")
        for name, value, choices in (
            ("finish", self.finish, get_args(FinishStyle)),
            ("rendering", self.rendering, get_args(Rendering)),
        ):
            if value not in choices:
                raise ValueError(f"case {self.nonce!r}: {name} must be one of {', '.join(choices)}, got {value!r}")
        if not 0 <= self.pace < math.inf:
            raise ValueError(f"case {self.nonce!r}: pace must be a finite number, 0 or more, got {self.pace!r}")
