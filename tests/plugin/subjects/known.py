"""A known class under other names, and a subclass of it, which is not a known class."""

from __future__ import annotations

from langchain_openai import OpenAI

__all__ = ["OpenAI", "Own", "Renamed"]

Renamed = OpenAI


class Own(OpenAI):
    """A subclass of a known class."""
