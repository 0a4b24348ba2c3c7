"""The requests that an adapter sends: the same through every entry point, without arguments of earlier calls."""

from __future__ import annotations

from llm_conformance.checks.hints import CLIENTS_CONFIGURED_APART, KEPT_STATE
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Control, Finding, Findings, Kind, Requests, inconclusive, not_applicable

# The fields that have one name and one meaning in requests with and without streaming.
_SAME = {
    "model",
    "temperature",
    "top_p",
    "topP",
    "max_tokens",
    "max_new_tokens",
    "maxOutputTokens",
    "num_predict",
    "stop",
    "stop_sequences",
    "stopSequences",
    "seed",
}
# What a request says of tools, by the names of several providers.
_TOOLS = {"tools", "functions"}
_OF_TOOLS = {*_TOOLS, "tool_choice", "function_call", "parallel_tool_calls", "toolConfig", "tool_config"}
# An HTTP client adds them by itself, a streaming client other ones than a client that waits for the whole answer.
_OF_CLIENT = {
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "last-event-id",
    "origin",
    "pragma",
    "priority",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
}
# What an SDK says of itself and of the attempt, and the ids of a trace.
_OF_SDK = (
    "x-stainless-",
    "x-goog-api-client",
    "x-goog-request-params",
    "x-amz-",
    "x-ms-",
    "amz-sdk-",
    "sec-",
    "x-fern-",
    "x-retry",
    "x-request-id",
    "x-correlation-id",
    "x-client-request-id",
    "idempotency-",
    "x-idempotency-",
    "traceparent",
    "tracestate",
    "baggage",
    "sentry-trace",
    "x-b3-",
    "b3",
    "x-datadog-",
    "newrelic",
    "x-cloud-trace-",
)
# Each call, and the calls whose headers it must send; the values are compared with the first. A provider may have a
# header for streaming, so those of stream() are not compared with those of invoke().
_ALIKE = {
    "invoke": ("", "ainvoke"),
    "ainvoke": ("invoke",),
    "stream": ("", "invoke", "astream"),
    "astream": ("stream",),
    "events-v1": ("astream",),
    "events-v2": ("astream",),
}


# A model may ignore stop texts, if its provider has none: its requests are compared all the same.
@check("wire.same-request", SHOULD, clause="WIRE-010", requires=("stop.parity",), control=Control.WIRE)
def every_entry_point_sends_the_same_request(requests: Requests) -> Findings:
    """A prompt with `stop` makes the same request through every entry point: the same parameters, headers and key.

    Apart from what is for streaming, and from the headers that an HTTP client adds by itself.
    """
    first, *others = requests.by_label or [""]
    for name in others:
        body, other_body = requests.by_label[first], requests.by_label[name]
        for key in _differing(body, other_body):
            if key.rpartition(".")[2] in _SAME:
                yield Finding(
                    f"{_field(body, key)}, as {first} sends it",
                    _field(other_body, key),
                    code="field-differs",
                    where=name,
                )
    for name, alike in _ALIKE.items():
        yield from _header_findings(requests, name, alike)


@check("wire.same-tools", SHOULD, clause="WIRE-010", control=Control.WIRE, kinds=(Kind.CHAT,))
def every_entry_point_sends_the_same_tools(requests_with_tools: Requests) -> Findings:
    """A chat model with two tools bound sends the same tools and `tool_choice` through every entry point.

    So it does with each choice that it takes: "auto", "none", "any", "required", the name of a tool.
    """
    by = requests_with_tools.by_label
    if not any(_object_of(key) in _TOOLS for sent in by.values() for key in sent):
        yield not_applicable("it has no `bind_tools()`, or its requests have no tools")
    reported: set[tuple[str, str]] = set()
    for name, other_body in by.items():
        style, _, choice = name.partition(", ")
        first = f"invoke, {choice}" if choice else "invoke"
        body = by.get(first, {})
        for key in _differing(body, other_body):
            # What is not sent without a choice is not sent with one.
            if _object_of(key) in _OF_TOOLS and (style, key) not in reported:
                reported.add((style, key))
                expected = f"{_field(body, key)}, as invoke sends it"
                yield Finding(expected, _field(other_body, key), code="field-differs", where=name)


@check("wire.no-leftover-arguments", MUST, clause="STREAM-013", control=Control.WIRE)
def arguments_apply_to_one_request(requests_in_turn: Requests) -> Findings:
    """An argument of one call, such as `stop`, is not sent in the requests of later calls."""
    argument_sent = False
    for style in ("invoke", "stream"):
        before, given, after = (
            requests_in_turn.by_label.get(f"{style} {when}", {}) for when in ("before", "given more", "after")
        )
        argument_sent = argument_sent or bool(_differing(before, given))
        for key in _differing(before, after):
            # Some providers get a different number with each request.
            if key in given and after.get(key) == given[key]:
                yield Finding(
                    f"{_field(before, key)}, as before the call that was given it",
                    _field(after, key),
                    code="argument-left-over",
                    where=style,
                    hint=KEPT_STATE,
                )
    if not argument_sent:
        yield inconclusive("`stop` changes no parameter of the request")


def _header_findings(requests: Requests, name: str, alike: tuple[str, ...]) -> Findings:
    own, first = _configured(requests, name), _configured(requests, alike[0])
    missing = {header: like for like in alike for header in _configured(requests, like) if header not in own}
    # Without any request there is nothing to compare.
    for header, like in sorted(missing.items()) if name in requests.headers else ():
        yield Finding(
            f"{header}, as {like} sends it",
            "not sent",
            code="header-missing",
            where=name,
            hint=CLIENTS_CONFIGURED_APART,
        )
    for header in sorted(own.keys() & first.keys()):
        if own[header] != first[header]:
            yield Finding(
                f"{header}: {first[header]}, as {alike[0]} sends it",
                f"{header}: {own[header]}",
                code="header-differs",
                where=name,
                hint=CLIENTS_CONFIGURED_APART,
            )


def _configured(requests: Requests, name: str) -> dict[str, str]:
    """The headers of a call, without those that HTTP clients add and those that differ in each request."""
    twice = [(requests.headers.get(one, {}), requests.headers.get(f"{one} again", {})) for one in ("stream", "astream")]
    unique = {
        header for first, again in twice for header in first if header in again and first[header] != again[header]
    }
    sent = requests.headers.get(name, {})
    return {
        header: value
        for header, value in sent.items()
        if header not in _OF_CLIENT | unique and not header.startswith(_OF_SDK)
    }


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _object_of(key: str) -> str:
    """The parameter of the request that contains a nested one."""
    return key.partition(".")[0]


def _field(body: dict[str, str], key: str) -> str:
    return f"{key}: {body.get(key, 'not sent')}"
