"""Common answers of the scripted provider: "ab" streamed, compressed and whole, and an error."""

import gzip
import zlib

from reference.provider.scripted import DONE, HEAD, answer, stream, token_event

A, B = token_event("a"), token_event("b")
FINE = stream(A, B, DONE)
OK = answer(200, {"choices": [{"index": 0, "text": "ab"}]})
ERROR = {"error": {"message": "no more today", "type": "t", "param": None, "code": None}}
DELIVERED = A + B + DONE
ZIPPED = gzip.compress(DELIVERED)
ZIPPER = zlib.compressobj(wbits=31)
FLUSHED = [ZIPPER.compress(event) + ZIPPER.flush(zlib.Z_SYNC_FLUSH) for event in (A, B, DONE)]
PLAIN = HEAD.replace(b"Transfer-Encoding: chunked\r\n", b"")
GZIP = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
