"""Finds the credentials in a request, by the names of its header fields and query parameters."""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qsl

from llm_conformance.simulator.http.request import Head

_NAME = re.compile(
    r"(?:^|[-_])(?:api-?key|x-api|key|token|auth|authorization|secret|password|credential|signature|sig|cookie)s?(?:[-_]|$)"
)
# They are named like credentials, and are ids.
_IDS = frozenset({"idempotency-key", "x-idempotency-key", "surrogate-key"})


def is_credential(name: str) -> bool:
    """Whether a header field or a query parameter of this name carries a credential. Case does not matter."""
    lower = name.lower()
    return lower not in _IDS and _NAME.search(lower) is not None


def credentials(head: Head) -> tuple[str, ...]:
    """The credentials of a request, without their schemes such as `Bearer`; of `Basic`, the password as well."""
    fields = [part for name, value in head.headers.items() if is_credential(name) for part in _parts(name, value)]
    parameters = [value for name, value in parse_qsl(head.query) if is_credential(name)]
    return tuple(dict.fromkeys(one for one in (*fields, *parameters) if one))


def _parts(name: str, value: str) -> Iterator[str]:
    if name == "cookie":
        yield from (part.partition("=")[2].strip() for part in value.split(";"))
        return
    scheme, _, rest = value.rpartition(" ")
    yield rest if scheme.isalpha() else value
    if scheme.lower() == "basic":
        with suppress(binascii.Error, UnicodeDecodeError):
            yield base64.b64decode(rest, validate=True).decode().partition(":")[2]
