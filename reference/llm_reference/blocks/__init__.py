"""The answer of a chat model as blocks of text, reasoning and calls, and the events of version v3 that tell it."""
