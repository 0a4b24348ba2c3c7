"""How many tokens an answer took."""

from typing import Any, NotRequired, TypedDict, cast


class UsageMetadata(TypedDict):
    """The tokens of the prompt, of the answer, and of both. The details are a part of each, such as `reasoning`."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_token_details: NotRequired[dict[str, int]]
    output_token_details: NotRequired[dict[str, int]]


def add_usage(left: UsageMetadata | None, right: UsageMetadata | None) -> UsageMetadata | None:
    """Return the sum. A provider that repeats its usage in each chunk must not be passed on as it is."""
    if not (left and right):
        return left or right
    return cast("UsageMetadata", _added(cast("dict[str, Any]", left), cast("dict[str, Any]", right)))


def _added(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    both = {**left, **right}
    return {
        key: _added(left.get(key, {}), right.get(key, {}))
        if isinstance(both[key], dict)
        else left.get(key, 0) + right.get(key, 0)
        for key in both
    }
