"""Models that say, or raise, what no terminal should be given."""

from __future__ import annotations

from typing import Any

from llm_reference import EchoLLM

CONTROL = "\x1b[31mred\x1b[0m \x07\x08\x00 \u202ertl\u2066 \x9b2J"


class Control(EchoLLM):
    """Says what a terminal would obey, and does not return what it streams."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(CONTROL + prompt, stop)

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return CONTROL


class RefusesStop(EchoLLM):
    """Says so in words that a terminal would obey."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop:
            raise ValueError(f"no stop here {CONTROL}")
        return super()._tokens(prompt, stop)


class RaisesWhenMade(EchoLLM):
    """Raises what a terminal would obey, in two lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        raise ValueError(f"no licence {CONTROL}\nsecond line")


class Wide(EchoLLM):
    """300 chunks of wide characters, and 10 kB of an answer that is another one."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return [f"漢字{number}🙂é" for number in range(300)]

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return "語" * 3300
