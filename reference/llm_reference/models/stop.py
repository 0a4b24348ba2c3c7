"""Cuts an answer at the stop words of the caller."""


def truncate_at_stop(text: str, stop: list[str] | None) -> str:
    """Return the text before the first stop word in it. Empty stop words have no effect."""
    ends = (text.find(word) for word in stop or () if word)
    return text[: min((end for end in ends if end >= 0), default=len(text))]
