"""Parses a stream of server-sent events with the decoder, and with the algorithm of the standard, letter by letter.

The second parser is written from the text of the standard, because no published one is exact: httpx-sse 0.4.3 and
openai 3.57 return events without data, sseclient-py 1.9.0 and assel 1.0.0 forget the id,
launchdarkly-eventsource 1.7.4 forgets that of an event without data, and none of the five drops the byte order mark.
"""

from collections.abc import Iterator

from llm_reference.models.openai.sse import Decoder, Event

BOM = b"\xef\xbb\xbf"


def decoded(*packets: bytes) -> list[Event]:
    decoder = Decoder()
    return [event for packet in packets for event in decoder.feed(packet)]


def standard_events(stream: bytes) -> tuple[list[Event], int | None]:
    """WHATWG HTML, 9.2.6, sentence by sentence: the events and the reconnection time."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    events, retry, data, kind, last_id = [], None, "", "", ""
    for line in standard_lines(text):
        if line == "":
            if data == "":
                kind = ""
                continue
            data = data[:-1] if data[-1] == "\n" else data
            events.append(Event(data, kind if kind != "" else "message", last_id))
            data = kind = ""
        elif line[0] == ":":
            continue
        else:
            field, value = line, ""
            if ":" in line:
                field, value = line[: line.index(":")], line[line.index(":") + 1 :]
                value = value[1:] if value[:1] == " " else value
            if field == "event":
                kind = value
            elif field == "data":
                data = data + value + "\n"
            elif field == "id" and "\0" not in value:
                last_id = value
            elif field == "retry" and value != "" and all(digit in "0123456789" for digit in value):
                retry = int(value)
    return events, retry


def standard_lines(text: str) -> Iterator[str]:
    line, position = "", 0
    while position < len(text):
        if text[position] in "\r\n":
            yield line
            line = ""
            position += 2 if text[position : position + 2] == "\r\n" else 1
        else:
            line += text[position]
            position += 1
