"""How the parts of two chunks become one. The rules, and their exceptions, are those of langchain-core."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Content: TypeAlias = str | list[str | dict[str, Any]]

# Two equal values of these keys are one value. Other texts are concatenated.
_IDENTITY = {"id", "output_version", "model_provider"}
# The later number wins. Other numbers are added.
_LATEST = {"index", "created", "timestamp"}


def merge_content(first: Content, others: Iterable[Content]) -> Content:
    """Concatenate texts, and merge blocks by their index. A text beside blocks becomes an item of the list."""
    contents = [first, *others]
    if all(isinstance(content, str) for content in contents):
        return "".join(contents)  # type: ignore[arg-type]  # see above; repeated `+` would copy the text each time
    merged: Content = first if isinstance(first, str) else list(first)
    for content in contents[1:]:
        if isinstance(merged, str):
            merged = merged + content if isinstance(content, str) else [merged, *content]
        elif isinstance(content, list):
            merged = merge_lists(merged, content)
        elif merged and isinstance(merged[-1], str):
            merged[-1] += content
        elif merged and content:
            merged.append(content)
    return merged


def merge_lists(left: Iterable[Any], right: Iterable[Any]) -> list[Any]:
    """Append the items of `right`. A dict is merged into the one with the same index, if their ids agree."""
    merged = list(left)
    for item in right:
        place = next((place for place, known in enumerate(merged) if is_same(known, item)), None)
        if place is None:
            merged.append(item)
        else:
            # A repeated type is not concatenated.
            merged[place] = merge_dicts(merged[place], {key: item[key] for key in item if key != "type"})
    return merged


def merge_dicts(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of both. Under a key of both: texts are concatenated, numbers added, lists and dicts merged.

    Raises TypeError if the two values of a key are of different types, or different and of a type without a sum.
    """
    merged = dict(left)
    for key, value in right.items():
        known = merged.get(key)
        if known is None:
            merged[key] = value
        elif value is not None:
            merged[key] = _merged(key, known, value)
    return merged


def _merged(key: str, known: Any, value: Any) -> Any:  # one for each type
    if type(known) is not type(value):
        raise TypeError(f"{key}: expected a {type(known).__name__} like the one before, got {value!r}")
    match known:
        case str():
            same = (key == "index" and known.startswith("lc_")) or (key in _IDENTITY and known == value)
            return known if same else known + value
        case dict():
            return merge_dicts(known, value)
        case list():
            return merge_lists(known, value)
        case _ if known == value:
            return known
        case int() if not isinstance(known, bool):
            return value if key in _LATEST else known + value
    raise TypeError(f"{key}: expected {known!r} like the one before, got {value!r}")


def is_same(known: Any, item: Any) -> bool:
    """Return whether both are fragments of one: they have the same index, and not two different ids."""
    if not (isinstance(known, dict) and isinstance(item, dict) and "index" in known and "index" in item):
        return False
    index, ids = item["index"], {known.get("id") or None, item.get("id") or None}
    is_index = isinstance(index, int) or (isinstance(index, str) and index.startswith("lc_"))
    return is_index and known["index"] == index and len(ids - {None}) <= 1
