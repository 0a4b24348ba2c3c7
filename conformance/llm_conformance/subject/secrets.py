"""Secrets among constructor arguments and environment variables, found by name and by form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any, cast
from urllib.parse import unquote, unquote_plus

from llm_conformance.driver.encoded_secrets import is_searchable

# Names as words in lower case, separated by "_": "apiKey", "X-Api" and "OPENAI_API_KEY" are "api_key", "x_api", ..
_NAME = re.compile(
    r"(?:^|_)(?:x_api|auth|authorization|bearer|sig|pat)$|^api$|"
    r"(?:key|token|secret|password|passwd|passphrase|pwd|credential|auth|signature|cookie|dsn)s?(?:_value)?(?:_\d+)?$|"
    r"(?:^|_)(?:secret|password|credential)s?_"
)
# Of counts and of settings that only concern a secret; the second is how a value is found, and not the value.
_NOT_NAME = re.compile(r"(?:^|_)(?:max|min|num|n|total|count|limit)_|(?:^|_)(?:stop|eos|bos|pad|unk|new)_tokens?$")
# Values with the prefixes of well-known providers, and JSON Web Tokens.
_KNOWN = re.compile(
    r"(?:sk|pk|rk)-[\w-]{6,}|gh[opsu]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|hf_\w{16,}|xox[abpr]-[\w-]{8,}|"
    r"AKIA\w{12,}|AIza[\w-]{16,}|ya29\.[\w-]{8,}|eyJ[\w-]{8,}\.[\w-]{8,}[\w.-]*"
)
# No word, path or name has so many letters and digits in turn.
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+/=_.~-]{20,}")
_TURNS = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_FEW_TURNS = 4
_USERINFO = re.compile(r"://([^/?#\s:@]*)(?::([^/?#\s]*))?@")
_PARAMETER = re.compile(r"([\w.-]+)\s*=\s*([^&;#\s]*)")
# A shorter word is in too many texts by chance, and so is a shorter value that others have chosen.
_SHORTEST_WORD, _SHORTEST_SHARED = 10, 6
# Names of attributes, and that of the value of pydantic's `SecretStr`.
_HELD = re.compile(
    r"(?:^|_)(?:api_?key|secret|secret_value|password|authorization|(?:access|auth|api|bearer)_?token)$", re.IGNORECASE
)
_MOST_OBJECTS = 5000
_WITHOUT_KEYS = (type, ModuleType, FunctionType)
_MASK = "***"


def redacted(value: Any, *, secret: bool = False) -> Any:
    """The arguments as they may be shown: "***" in place of every secret, also of the part of a URL that is one."""
    if isinstance(value, Mapping):
        return {key: redacted(item, secret=secret or is_secret(str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, secret=secret) for item in value]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if secret or (isinstance(value, str) and _looks_like_token(value)):
        return _MASK
    return _redacted_parts(value) if isinstance(value, str) else value


def secrets_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The secrets among the arguments and in the environment, the longest first.

    A value counts by its name (`api_key`, ..), and an argument also by its form; of a URL its password and signature.
    """
    found = {one for one in _with_last_words(_secrets(kwargs, by_form=True)) if _is_searchable(one)}
    # A short value of a variable of the system is a word of other texts.
    shared = _with_last_words(_secrets(os.environ, by_form=False))
    found |= {one for one in shared if _is_searchable(one) and len(one) >= _SHORTEST_SHARED}
    return tuple(sorted(found, key=len, reverse=True))


def held_secrets(instance: object) -> tuple[str, ...]:
    """The keys that an instance holds, from anywhere: secrets of pydantic, attributes named `api_key`, known forms.

    The attributes of its objects count, too. Other names are not enough: `tokens` may be the answer of a fake model.
    """
    found: set[str] = set()
    seen: set[int] = set()
    pending: list[tuple[str, Any]] = [("", instance)]
    while pending and len(seen) < _MOST_OBJECTS:
        name, value = pending.pop()
        if issubclass(type(value), str):
            text = str.__str__(value)
            found |= {text} if _HELD.search(name) or _KNOWN.fullmatch(text) else set()
        elif id(value) not in seen:
            seen.add(id(value))
            pending += _inside(name, value)
    return tuple(one for one in _with_last_words(found) if _is_searchable(one))


def _inside(name: str, value: object) -> Iterator[tuple[str, Any]]:
    """What the value contains, with its names. Calls nothing of it: `isinstance()` would ask for its `__class__`."""
    if type(value) is dict:
        yield from ((str(key), item) for key, item in value.items() if isinstance(key, str))
    elif type(value) in {list, tuple, set, frozenset}:
        yield from ((name, item) for item in cast("Iterable[Any]", value))
    elif not issubclass(type(value), _WITHOUT_KEYS):
        with suppress(Exception):
            yield from object.__getattribute__(value, "__dict__").items()


def _with_last_words(values: Iterable[str]) -> set[str]:
    """The values; of "Bearer sk-.." the last word, too: an exception may show it alone."""
    return {part for value in values for part in (value, value.split(" ")[-1])}


def is_secret(name: str) -> bool:
    """Whether an argument or a variable of this name is a secret."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-. ]", "_", name).lower()
    return _NAME.search(words) is not None and _NOT_NAME.search(words) is None


def _secrets(value: Any, *, by_form: bool, secret: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, by_form=by_form, secret=secret or is_secret(str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets(item, by_form=by_form, secret=secret)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (str(value),) if secret else ()
    elif isinstance(value, str):
        for part in (value[start:end] for start, end in _parts(value)):
            yield from {part, unquote(part), unquote_plus(part)}
        # A path tells where a secret is.
        if (secret and not value.startswith("/")) or _KNOWN.fullmatch(value) or (by_form and _looks_like_token(value)):
            yield value


def _looks_like_token(value: str) -> bool:
    if _KNOWN.fullmatch(value):
        return True
    return _RANDOM.fullmatch(value) is not None and len(_TURNS.findall(value)) >= _FEW_TURNS


def _is_searchable(value: str) -> bool:
    return len(value) >= _SHORTEST_WORD if value.isalpha() else is_searchable(value)


def _parts(value: str) -> Iterator[tuple[int, int]]:
    """Where the URLs and connection strings in a text have a password, or a parameter that is named like a secret."""
    if "://" not in value and not _is_connection(value):
        return
    for found in _USERINFO.finditer(value):
        # Of a DSN such as https://key@host the user is the key.
        yield found.span(1 if found[2] is None else 2)
    yield from (found.span(2) for found in _PARAMETER.finditer(value) if is_secret(found[1]))


def _is_connection(value: str) -> bool:
    """Whether the text is like "host=h password=p", or "Server=h;Password=p"."""
    return all("=" in part for part in value.strip("; ").split(";" if ";" in value else None))


def _redacted_parts(value: str) -> str:
    for start, end in sorted(_parts(value), reverse=True):
        value = f"{value[:start]}{_MASK if start < end else ''}{value[end:]}"
    return value
