"""Reasons for not judging that checks of several modules give."""

from __future__ import annotations

from llm_conformance.records import ChatAnswers, NotJudged, V3Streams, inconclusive, not_applicable

ONE_CHUNK = "the model yields its answer as one chunk"
TOO_SHORT = "the answer is too short to come in several chunks"
RUN_ID_AND_CACHE = "it keeps its answers, and with a cache string models of langchain-core pass no run id on"
NO_TOOLS = "it has no `bind_tools()`"
BROKEN_CALLS = "the calls of `invoke()` are not valid"


def no_tools(answers: ChatAnswers | V3Streams) -> NotJudged:
    """Why answers that need a tool are not there: the model takes no tools, or not those of this suite."""
    if answers.refused:
        return inconclusive(f"`bind_tools()` refuses the tool: {answers.refused}")
    return not_applicable(NO_TOOLS)
