"""Where an answer ends when the caller names words to stop at."""


def truncate_at_stop(text: str, stop: list[str] | None) -> str:
    """The text before the first occurrence of any stop word."""
    ends = (text.find(word) for word in stop or () if word)
    return text[: min((end for end in ends if end >= 0), default=len(text))]
