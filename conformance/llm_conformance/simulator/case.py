"""The case: which golden stream answers the prompts that carry a nonce, and in which manner."""

from dataclasses import dataclass
from typing import Literal, get_args

from llm_conformance.simulator.gate import Gate
from llm_fixtures import Golden, Rendering

FinishStyle = Literal["own-chunk", "with-last-text"]


@dataclass(frozen=True, slots=True)
class Case:
    """What to say to a prompt that contains `nonce`.

    `finish` is where the finish reason stands: in a chunk of its own with empty text, as OpenAI does it, or in the
    chunk of the last text, as vLLM does it. `rendering` is what becomes of tokens that end inside a character.
    `fault` is the name of what goes wrong on the way. The stream waits at each of the `gates`. `pace` stretches the
    times of the golden stream: 1 is as it was recorded, 0 is as fast as possible.
    """

    nonce: str
    golden: Golden
    format: str = "openai-completions"
    finish: FinishStyle = "own-chunk"
    rendering: Rendering = "hold"
    fault: str = "baseline"
    gates: tuple[Gate, ...] = ()
    pace: float = 0.0

    def __post_init__(self) -> None:
        if not self.nonce:
            raise ValueError("a nonce must not be empty: every prompt contains ''")
        for name, value, known in (
            ("finish", self.finish, get_args(FinishStyle)),
            ("rendering", self.rendering, get_args(Rendering)),
        ):
            if value not in known:
                raise ValueError(f"case {self.nonce!r}: {name} must be one of {', '.join(known)}, got {value!r}")
        if self.pace < 0:
            raise ValueError(f"case {self.nonce!r}: pace must be 0 or more, got {self.pace!r}")
