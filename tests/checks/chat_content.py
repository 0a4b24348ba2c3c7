"""Examples for the checks of whole messages: blocks and metadata."""

from __future__ import annotations

from checks.chat_records import TEXT_BLOCK, added, ended, handled, one, said, seen, thought, thrice
from checks.example import Example
from checks.records import batch, replies, reply, streams

_SIGNED, _UNSIGNED = thought(thinking="hm", signature="s"), thought(thinking="hm")
_TORN = said("hi", content=[{"type": "thinking", "thinking": "h"}, {"type": "thinking", "thinking": "m"}, TEXT_BLOCK])
_BESIDE = said("hi", additional_kwargs={"reasoning_content": "hm"})
_BESIDE_CUT = said("hi", additional_kwargs={"reasoning_content": "h"})
_ONE_BLOCK = said("hi", content=[TEXT_BLOCK])

BLOCKS = (
    Example(
        "blocks.concat",
        (reply(_SIGNED), one(_SIGNED), thrice(_SIGNED)),
        (reply(_SIGNED), one(_UNSIGNED), thrice(_SIGNED)),
        "nothing",
    ),
    Example(
        "blocks.concat",
        (reply(_SIGNED), one(_UNSIGNED), thrice(_UNSIGNED)),
        (reply(_UNSIGNED), one(_TORN), thrice(_UNSIGNED)),
        "blocks of the types thinking, thinking, text",
    ),
    Example(
        "blocks.concat",
        (reply(_ONE_BLOCK), one(said("hi")), thrice(said("hi"))),
        (reply(_BESIDE), one(_BESIDE_CUT), thrice(_BESIDE)),
        "'h'",
    ),
    Example(
        "blocks.async-parity",
        (reply(_SIGNED), reply(_SIGNED), one(_SIGNED), one(_SIGNED), thrice(_SIGNED)),
        (reply(_SIGNED), reply(_SIGNED), one(_SIGNED), one(said("hi")), thrice(_SIGNED)),
        "blocks of the types text",
    ),
    Example(
        "blocks.same-form",
        (reply(said("hi")), one(said("hi"))),
        (reply(_ONE_BLOCK), one(said("hi"))),
        "content that is a str",
    ),
    Example(
        "blocks.same-form",
        (reply(said("")), one(said("hi"))),
        (reply(said("hi")), one(_ONE_BLOCK)),
        "content that is a list of blocks",
    ),
    Example(
        "blocks.events",
        (seen(_SIGNED), one(_SIGNED), reply(_SIGNED), thrice(_SIGNED)),
        (seen(_SIGNED, said()), one(_SIGNED), reply(_SIGNED), thrice(_SIGNED)),
        "no block",
    ),
    Example(
        "blocks.callbacks", (handled(_SIGNED, _SIGNED, _SIGNED),), (handled(_SIGNED, _UNSIGNED, _SIGNED),), "nothing"
    ),
    Example("blocks.callbacks", (handled(said("hi"), None, None),), (handled(_SIGNED, _SIGNED, _UNSIGNED),), "nothing"),
)


_STOP, _CUT, _NAMED, _DOUBLED = ended("stop", "m"), ended("length", "m"), ended("", "m"), ended("stopstop", "m")
_OF_R, _OF_S = said("h", id="r"), said("i", id="s")
_LAST = said("i", chunk_position="last")

_INVOKED = reply(said("hi", id="x"))
_OTHERS = replies(second=reply(said("ho", id="z")))

METADATA = (
    Example(
        "metadata.once",
        (added(_NAMED, _STOP, total=_STOP),),
        (added(_STOP, _STOP, total=_DOUBLED),),
        "finish reason 'stopstop'",
    ),
    Example(
        "metadata.concat",
        (reply(_STOP), one(_STOP), thrice(_STOP)),
        (reply(_STOP), one(_CUT), thrice(_STOP)),
        "finish reason 'length'",
    ),
    Example(
        "metadata.concat",
        (reply(_STOP), one(_CUT), thrice(_CUT)),
        (reply(_STOP), one(ended("stop", "n")), thrice(_STOP)),
        "model name 'n'",
    ),
    Example(
        "metadata.async-parity",
        (reply(_STOP), reply(_STOP), one(_STOP), one(_STOP), thrice(_STOP)),
        (reply(_STOP), reply(_STOP), one(_STOP), one(_CUT), thrice(_STOP)),
        "finish reason 'length'",
    ),
    Example("metadata.streamed", (one(_STOP), reply(_STOP)), (one(_NAMED), reply(_STOP)), "no finish reason"),
    Example(
        "metadata.one-id",
        (added(_OF_R, said("i", id="run-1"), total=_OF_R),),
        (added(_OF_R, _OF_S, total=_OF_R),),
        "id 's' in another chunk",
    ),
    Example("metadata.one-id", (one(said("hi")),), (added(_OF_S, _OF_R, total=_OF_S),), "id 'r' in another chunk"),
    Example(
        "metadata.own-id",
        (batch(_OF_R, _OF_S), _INVOKED, _OTHERS),
        (batch(_OF_R, _OF_S), _INVOKED, replies(second=reply(said("ho", id="x")))),
        "id 'x' for both",
    ),
    Example(
        "metadata.own-id",
        (streams(one(_OF_R), one(_OF_S)), _INVOKED, _OTHERS),
        (streams(one(_OF_R), one(said("i", id="r"))), _INVOKED, _OTHERS),
        "id 'r' for both",
    ),
    Example(
        "metadata.own-id",
        (streams(one(_OF_R), one(_OF_R)), _INVOKED, _OTHERS),
        (batch(_OF_R, said("i", id="r")), _INVOKED, _OTHERS),
        "id 'r' for both",
    ),
    Example(
        "metadata.own-id",
        (streams(one(said("hi")), one(said("i"))), reply("hi"), _OTHERS),
        (streams(one(_OF_R), one(said("i", id="r"))), reply("hi"), _OTHERS),
        "id 'r' for both",
    ),
    Example(
        "metadata.last-chunk",
        (added(said("h"), _LAST, total=_LAST),),
        (added(_LAST, _LAST, total=_LAST),),
        "in chunk 0, 1",
    ),
    Example("metadata.last-chunk", (one(said("hi")),), (added(_LAST, said(""), total=_LAST),), "in chunk 0"),
)

EXAMPLES = (*BLOCKS, *METADATA)
