"""Reasons for not judging that checks of several modules give."""

ONE_CHUNK = "the model yields its answer as one chunk"
NO_TOOLS = "it has no `bind_tools()`"
