"""JSON as providers write it: UTF-8 and compact."""

import json

# One encoder for all documents: json.dumps would make one for each, and a stream has a document for each token.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def document(value: object) -> bytes:
    """One JSON document. Lone surrogates, which UTF-8 cannot hold, are the only characters escaped needlessly."""
    # For a surrogate the error handler writes \udXXX, which is JSON's own escape; backslashes of the text are
    # doubled by then, so the two cannot be confused.
    return _ENCODER.encode(value).encode("utf-8", "backslashreplace")
