"""How far one reader has read an answer. An event is the difference between what is there and what the reader has."""

from llm_reference.blocks.answer import BlockAnswer
from llm_reference.blocks.event import Event


class Cursor:
    """A place in an answer.

    No event is kept for a reader that is late or slow: it gets what it has missed as one delta of each block. So the
    readers of one answer can begin at any time, and none of them makes the memory grow.
    """

    def __init__(self, answer: BlockAnswer) -> None:
        self._answer = answer
        self._started = self._finished = False
        # How many characters of each block the reader has.
        self._places: list[int] = []

    def news(self) -> list[Event]:
        """Return the events since the last call, and move behind them."""
        answer, events = self._answer, list[Event]()
        if answer.id is None or self._finished:
            return events
        if not self._started:
            events.append(answer.start)
            self._started = True
        for index, block in enumerate(answer.blocks):
            if index == len(self._places):
                self._places.append(0)
                events.append({"event": "content-block-start", "index": index, "content": block.start})
            if self._places[index] < block.length:
                delta = block.delta(self._places[index])
                self._places[index] = block.length
                events.append({"event": "content-block-delta", "index": index, "delta": delta})
            if answer.complete:
                events.append({"event": "content-block-finish", "index": index, "content": block.finish})
        if answer.complete:
            events.append(answer.finish)
            self._finished = True
        return events
