"""Models with control characters in their answers and exceptions."""

from __future__ import annotations

from typing import Any

from llm_reference import EchoLLM

CONTROL = "\x1b[31mred\x1b[0m \x07\x08\x00 \u202ertl\u2066 \x9b2J"


class Control(EchoLLM):
    """Streams control characters, and returns another text than it streams."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(CONTROL + prompt, stop)

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return CONTROL


class RefusesStop(EchoLLM):
    """Refuses stop, with control characters in the message."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop:
            raise ValueError(f"no stop here {CONTROL}")
        return super()._tokens(prompt, stop)


class RaisesWhenMade(EchoLLM):
    """Raises control characters, in two lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        raise ValueError(f"no licence {CONTROL}\nsecond line")


class Wide(EchoLLM):
    """Streams 300 chunks of wide characters, and returns another answer of 10 kB."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return [f"漢字{number}🙂é" for number in range(300)]

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return "語" * 3300
