"""Secrets among constructor arguments and environment variables, found by name and by form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

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
# A shorter value is in too many texts by chance, and so is a shorter word.
_SHORTEST, _SHORTEST_WORD = 6, 10
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
    return _redacted_url(value) if isinstance(value, str) else value


def secrets_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The secrets among the arguments and in the environment, the longest first.

    A value counts by its name (`api_key`, ..), and an argument also by its form; of a URL its password and signature.
    """
    values = [*_secrets(kwargs, by_form=True), *_secrets(os.environ, by_form=False)]
    # An exception may show "Bearer sk-.." or its last word alone.
    found = {part for value in values for part in (value, value.split(" ")[-1]) if _is_searchable(part)}
    return tuple(sorted(found, key=len, reverse=True))


def is_secret(name: str) -> bool:
    """Whether an argument or a variable of this name is a secret."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-. ]", "_", name).lower()
    return _NAME.search(words) is not None and _NOT_NAME.search(words) is None


def _secrets(value: Any, *, by_form: bool, secret: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, by_form=by_form, secret=secret or is_secret(str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item, by_form=by_form, secret=secret)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (str(value),) if secret else ()
    elif isinstance(value, str):
        yield from _of_url(value)
        # A path tells where a secret is.
        if (secret and not value.startswith("/")) or _KNOWN.fullmatch(value) or (by_form and _looks_like_token(value)):
            yield value


def _looks_like_token(value: str) -> bool:
    if _KNOWN.fullmatch(value):
        return True
    return _RANDOM.fullmatch(value) is not None and len(_TURNS.findall(value)) >= _FEW_TURNS


def _is_searchable(value: str) -> bool:
    return len(value) >= (_SHORTEST_WORD if value.isalpha() else _SHORTEST)


def _of_url(value: str) -> Iterator[str]:
    """The password, and the parameters that are named like secrets, of a URL."""
    if "://" not in value:
        return
    try:
        url = urlsplit(value)
        password, username = url.password, url.username
    except ValueError:
        return
    # Of a DSN such as https://key@host the user is the key.
    yield from filter(None, (password, username if password is None else None))
    yield from (item for name, item in parse_qsl(url.query) if is_secret(name))


def _redacted_url(value: str) -> str:
    secrets = set(_of_url(value))
    if not secrets:
        return value
    url = urlsplit(value)
    netloc = url.netloc
    if "@" in netloc:
        user, colon, _ = netloc.rpartition("@")[0].partition(":")
        netloc = f"{user if colon else _MASK}{colon}{_MASK if colon else ''}@{netloc.rpartition('@')[2]}"
    query = "&".join(
        f"{quote(name)}={_MASK if item in secrets else quote(item)}" for name, item in parse_qsl(url.query, True)
    )
    return urlunsplit((url.scheme, netloc, url.path, query, url.fragment))
