"""The plan: what is said to one prompt, where the model is held, and where it fails."""

from __future__ import annotations

from dataclasses import dataclass


class ScriptedError(RuntimeError):
    """The failure of a plan. A model may wrap it, with this one as its cause."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said to a prompt that contains `nonce`.

    gates: the tokens before which the model is held; their number is a gate behind the last.
    fails: the token in whose place `ScriptedError` is raised; their number is a failure behind the last.
    """

    nonce: str
    tokens: tuple[str, ...]
    gates: tuple[int, ...] = ()
    fails: int | None = None
