"""The plan for one prompt: the tokens of the answer, the gates, and the failure."""

from __future__ import annotations

from dataclasses import dataclass


class ScriptedError(RuntimeError):
    """The planned failure. A model may raise another exception with this one as its cause."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a prompt that contains `nonce`.

    gates: the indices of the tokens before which the model pauses; `len(tokens)` is a gate after the last token.
    fails: the index of the token that `ScriptedError` replaces; `len(tokens)` is a failure after the last token.
    """

    nonce: str
    tokens: tuple[str, ...]
    gates: tuple[int, ...] = ()
    fails: int | None = None
