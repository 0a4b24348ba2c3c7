"""A known class under other names, and one below it, which is none."""

from __future__ import annotations

from langchain_openai import OpenAI

__all__ = ["OpenAI", "Own", "Renamed"]

Renamed = OpenAI


class Own(OpenAI):
    """No known class."""
