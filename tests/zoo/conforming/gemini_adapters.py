"""Clients of Gemini's API."""

from __future__ import annotations

from typing import Any

from llm_zoo.bases.gemini import GeminiAnswer, GeminiChatAdapter

__all__ = ["GeminiChatAdapter", "UsageInParts"]


class _InParts(GeminiAnswer):
    """Each chunk has the tokens since the one before it, so that their sum is the usage of the answer."""

    _before: dict[str, Any] | None = None

    def _usage(self, data: Any) -> Any:
        ended = {**data, "candidates": [{"finishReason": "STOP"}]}
        so_far, before = super()._usage(ended), self._before or {}
        if so_far is None:
            return None
        self._before = so_far
        return _since(so_far, before)


def _since(so_far: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _since(count, before.get(name, {})) if isinstance(count, dict) else count - before.get(name, 0)
        for name, count in so_far.items()
    }


class UsageInParts(GeminiChatAdapter):
    _reads = _InParts
