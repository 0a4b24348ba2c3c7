"""The act of a recipe as Python: each macro becomes the call that it stands for, in the style of the finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from llm_conformance.reproduce.style import STYLES, Style, twin

_MACRO = re.compile(
    r"\b(READ|SAID|MESSAGE|CHUNKS|OPEN|NEXT|CLOSE|ENDED|ATTEMPT|TASK|TEXT|AWAY|WAIT|SLEEP)(?::([\w-]+))?\("
)
_STATE = re.compile(r"\bSTATE\b")
_ASYNCHRONOUS = re.compile(r"\bawait |\basync (?:for|with|def) ")


class Act:
    """The statements of a recipe in one call style. asynchronous: they need an event loop."""

    def __init__(self, text: str, style: Style) -> None:
        self._style = style
        self._chains: dict[str, Style] = {}
        used = [self._named(found[2]) for found in _MACRO.finditer(text)]
        self.asynchronous = bool(_ASYNCHRONOUS.search(text)) or any(one.asynchronous for one in used)
        state = self._in_thread("source.state()", "source.state")
        body = self._expanded(_STATE.sub(lambda _: state, text))
        self.text = "\n".join([*(f"chain = {one.chain}" for one in self._chains.values()), body])

    def _named(self, name: str | None) -> Style:
        return self._style if name is None else twin(self._style) if name == "twin" else STYLES[name]

    def _expanded(self, text: str) -> str:
        while (found := _MACRO.search(text)) is not None:
            inside, end = _in_parentheses(text, found.end())
            write: Callable[[Style, str], str] = getattr(self, f"_{found[1].lower()}")
            call = write(self._named(found[2]), self._expanded(inside))
            if call.startswith("await ") and text[end : end + 1] in {"[", "."}:
                call = f"({call})"
            text = text[: found.start()] + call + text[end:]
        return text

    def _arguments(self, style: Style, inside: str) -> str:
        """The arguments, with the chain in place of the model of a nested call."""
        first, comma, rest = inside.partition(",")
        if not style.nested or first != "model":
            return inside
        self._chains[style.chain] = style
        return f"chain{comma}{rest}"

    def _in_thread(self, call: str, *parts: str) -> str:
        """A synchronous call, which must not hold the loop of an asynchronous script."""
        return f"await asyncio.to_thread({', '.join(parts)})" if self.asynchronous else call

    def _read(self, style: Style, inside: str) -> str:
        arguments = self._arguments(style, inside)
        if style.asynchronous:
            return f"await {style.reader}({arguments})"
        return self._in_thread(f"{style.reader}({arguments})", style.reader, arguments)

    def _chunks(self, style: Style, inside: str) -> str:
        read = self._read(style, inside)
        return f"chunks_of({read})" if style.events else read

    def _said(self, style: Style, inside: str) -> str:
        return f"text({self._chunks(style, inside)})"

    def _message(self, style: Style, inside: str) -> str:
        if style.whole:
            read = self._read(style, inside)
            return f"({read})[0]" if read.startswith("await ") else f"{read}[0]"
        return f"added({self._chunks(style, inside)})"

    def _open(self, style: Style, inside: str) -> str:
        model, _, rest = self._arguments(style, inside).partition(", ")
        arguments = ", ".join(filter(None, (rest, style.more)))
        wait = "await " if style.name == "astream-events-v3" else ""
        return f"{wait}{model}.{style.method}({arguments})"

    def _next(self, style: Style, inside: str) -> str:
        if style.events:
            return f"await next_chunk({inside})"
        return f"await anext({inside})" if style.asynchronous else f"next({inside})"

    def _close(self, style: Style, inside: str) -> str:
        return f"await {inside}.aclose()" if style.asynchronous else f"{inside}.close()"

    def _ended(self, style: Style, inside: str) -> str:
        return self._outcome("ended", style, inside)

    def _attempt(self, style: Style, inside: str) -> str:
        return self._outcome("attempt", style, inside)

    def _outcome(self, name: str, style: Style, inside: str) -> str:
        call = f"{style.reader}({self._arguments(style, inside)})"
        if style.asynchronous:
            return f"await a{name}({call})"
        return self._in_thread(f"{name}(lambda: {call})", name, f"lambda: {call}")

    def _task(self, style: Style, inside: str) -> str:
        return f"asyncio.create_task({style.reader}({self._arguments(style, inside)}))"

    def _text(self, style: Style, inside: str) -> str:
        return f"text(chunks_of({inside}))" if style.events else f"text({inside})"

    def _away(self, style: Style, inside: str) -> str:
        items = self._open(style, inside)
        if style.asynchronous:
            return f"reading = asyncio.create_task(acollect({items}, items))"
        return f"threading.Thread(target=collect, args=({items}, items), daemon=True).start()"

    def _wait(self, _style: Style, inside: str) -> str:
        return self._in_thread(f"{inside}.wait(PAUSE)", f"{inside}.wait", "PAUSE")

    def _sleep(self, _style: Style, inside: str) -> str:
        return f"await asyncio.sleep({inside})" if self.asynchronous else f"time.sleep({inside})"


def _in_parentheses(text: str, start: int) -> tuple[str, int]:
    """What is between the parenthesis before `start` and the one that closes it, and the index behind that."""
    depth = 1
    for place, character in _outside_texts(text, start):
        depth += (character == "(") - (character == ")")
        if not depth:
            return text[start:place], place + 1
    raise ValueError(f"a macro is not closed: {text[start - 20 :]!r}")


def _outside_texts(text: str, start: int) -> Iterator[tuple[int, str]]:
    quote = ""
    for place in range(start, len(text)):
        character = text[place]
        if character in "\"'" and quote in {"", character}:
            quote = "" if quote else character
        elif not quote:
            yield place, character
