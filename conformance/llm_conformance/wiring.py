"""What a model says to the three prompts where it is controlled: golden streams.

Under control `wire` the simulator plays them, and the adapter under test is pointed at it; under `script` the model
itself is handed them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from llm_conformance.script import Cue, Script
from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden

GOLDEN = ("sparkling-water", "plain-ascii", "cjk")


def spoken(script: Script) -> tuple[Cue, ...]:
    """The script's cues for the three prompts."""
    streams = [golden(stream) for stream in GOLDEN]
    return tuple(script.announce(one.text_tokens(), prompt=one.prompt) for one in streams)


class Wire:
    """A running provider in one format, with a golden stream announced for each of the three prompts.

    prompts: each holds the nonce by which the provider finds its stream.
    tokens: what the provider says to each of them.
    """

    def __init__(self, name: str) -> None:
        self._provider = Simulator()
        streams = [golden(stream) for stream in GOLDEN]
        nonces = [secrets.token_hex(4) for _ in streams]
        for nonce, stream in zip(nonces, streams, strict=True):
            self._provider.announce(Case(nonce=nonce, golden=stream, format=name))
        self.prompts = tuple(f"{one.prompt} [{nonce}]" for one, nonce in zip(streams, nonces, strict=True))
        self.tokens = tuple(one.text_tokens() for one in streams)

    def point(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The constructor arguments with the provider's address for the text {url}."""
        return {key: self._filled(value) for key, value in kwargs.items()}

    def close(self) -> None:
        """Stop the provider."""
        self._provider.close()

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{url}", self._provider.url)
        if isinstance(value, dict):
            return self.point(value)
        return [self._filled(item) for item in value] if isinstance(value, list) else value
