"""Finds the credentials in a request, by the names of its header fields and query parameters."""

import base64
import binascii
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from llm_conformance.simulator.http.request import Head

_NAME = re.compile(
    r"(?:^|[-_])(?:api-?key|x-api|key|token|auth|authorization|secret|password|credential|signature|sig|cookie)s?(?:[-_]|$)"
)
# They are named like credentials, and are ids.
_IDS = frozenset({"idempotency-key", "x-idempotency-key", "surrogate-key"})

_IN_BODY = re.compile(
    r"(?:^|[-_])(?:api[-_]?key|(?:access|auth|bearer)[-_]?token|secret|password|credentials?|authorization)$"
)
_MOST_VALUES = 1000


def is_credential(name: str) -> bool:
    """Whether a header field or a query parameter of this name carries a credential. Case does not matter."""
    lower = name.lower()
    return lower not in _IDS and _NAME.search(lower) is not None


def credentials(head: Head) -> tuple[str, ...]:
    """The credentials of a request, without their schemes such as `Bearer`; of `Basic`, the password as well."""
    fields = [part for name, value in head.headers.items() if is_credential(name) for part in _parts(name, value)]
    parameters = [value for name, value in parse_qsl(head.query) if is_credential(name)]
    return tuple(dict.fromkeys(one for one in (*fields, *parameters) if one))


def credentials_in_body(body: Any) -> tuple[str, ...]:
    """The texts in the JSON of a body under names that only keys have, such as `api_key`; not all of a huge body.

    A body has more names than a head that look like those of keys: `max_tokens`, `prompt_cache_key`.
    """
    found: dict[str, None] = {}
    pending: deque[tuple[str, Any]] = deque([("", body)])
    for _ in range(_MOST_VALUES):
        if not pending:
            break
        name, value = pending.popleft()
        if isinstance(value, dict):
            pending.extend(islice(value.items(), _MOST_VALUES))
        elif isinstance(value, list):
            pending.extend((name, item) for item in value[:_MOST_VALUES])
        elif isinstance(value, str) and value and _IN_BODY.search(name.lower()):
            found[value] = None
    return tuple(found)


def _parts(name: str, value: str) -> Iterator[str]:
    if name == "cookie":
        yield from (part.partition("=")[2].strip() for part in value.split(";"))
        return
    scheme, _, rest = value.rpartition(" ")
    yield rest if scheme.isalpha() else value
    if scheme.lower() == "basic":
        with suppress(binascii.Error, UnicodeDecodeError):
            yield base64.b64decode(rest, validate=True).decode().partition(":")[2]
