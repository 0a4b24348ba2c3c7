"""One answer before it takes the form of a provider's API: its pieces, its finish reason and its usage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.dialect import USUAL, Dialect
from llm_conformance.simulator.formats.asked import TEXT, TEXT_ONLY, Asked, Part
from llm_conformance.simulator.provider_error import ProviderError
from llm_conformance.simulator.stop_text import cut_at_stop
from llm_fixtures import Finish, Reasoning, Refusal, Token, ToolArguments, ToolCall, Usage, WholeCall
from llm_fixtures.tool_calls import whole_calls

MODEL_FAILED = ProviderError(500, "the model failed: its golden stream finishes with an error")


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer to one prompt. `stop` is the stop text that ended it, if one did.

    refused: whether the model refuses, also in a format that has no text of a refusal.
    """

    parts: tuple[Part, ...]
    finish: Finish
    usage: Usage
    style: FinishStyle
    dialect: Dialect = USUAL
    stop: str | None = None
    refused: bool = False

    @classmethod
    def of(
        cls,
        case: Case,
        stops: Iterable[str],
        *,
        kept: bool = False,
        speaks: frozenset[str] = TEXT,
        asked: Asked = TEXT_ONLY,
    ) -> "Completion":
        """What an answer of the case contains, cut at the first stop text. `kept` includes the stop text.

        speaks: the types of pieces that the format has.
        """
        golden = case.golden
        asked = replace(asked, reasoning=asked.reasoning or case.dialect.unasked_reasoning == "sent")
        parts = tuple(asked.parts(golden, case.rendering, speaks))
        finish, by = golden.finish, None
        usage = golden.usage if asked.reasoning else replace(golden.usage, reasoning=0)
        refused = not golden.is_text and any(isinstance(piece, Refusal) for piece in golden.pieces)
        stops = tuple(stops)
        texts = tuple(text for _, _, text in parts) if stops else ()
        if (cut := cut_at_stop(texts, stops, kept=kept)) is not None:
            parts, finish, by = tuple(_cut(parts, cut.pieces)), Finish.STOP, cut.by
            usage = replace(usage, completion=len(parts), reasoning=min(usage.reasoning, len(parts)))
        elif finish is Finish.TOOL_CALLS and not any(isinstance(piece, ToolCall) for _, piece, _ in parts):
            finish = Finish.STOP
        return cls(parts, finish, usage, case.finish, case.dialect, by, refused)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(text for _, _, text in self.parts)

    def texts(self) -> Iterator[tuple[int, str]]:
        """The texts of all pieces, each with the number of its piece, for a format that has nothing else."""
        return ((number, text) for number, _, text in self.parts)

    @property
    def calls(self) -> tuple[WholeCall, ...]:
        """The whole tool calls."""
        return whole_calls(piece for _, piece, _ in self.parts)

    @property
    def reasoning(self) -> str:
        """The whole text of the reasoning."""
        return "".join(piece.text for _, piece, _ in self.parts if isinstance(piece, Reasoning))

    @property
    def refusal(self) -> str:
        """The whole text with which the model refuses."""
        return "".join(piece.text for _, piece, _ in self.parts if isinstance(piece, Refusal))

    @property
    def has_text(self) -> bool:
        """Whether there is a token, which may be empty."""
        return any(isinstance(piece, Token) for _, piece, _ in self.parts)

    @property
    def last_parts(self) -> dict[int, int]:
        """For each call, the number of its last piece."""
        return {piece.index: number for number, piece, _ in self.parts if isinstance(piece, ToolCall | ToolArguments)}

    @property
    def failed(self) -> bool:
        """Whether the model fails after its tokens."""
        return self.finish is Finish.ERROR

    @property
    def with_last(self) -> bool:
        """Whether the finish reason is sent with the last piece."""
        return self.style == "with-last-text"


def _cut(parts: tuple[Part, ...], texts: tuple[str, ...]) -> Iterator[Part]:
    """The parts up to the stop text, with these texts. Pieces that are not text and precede it are part of them."""
    whole = True
    for (number, piece, text), kept in zip(parts, texts, strict=False):
        yield number, piece, kept
        whole = text == kept
    if whole:
        yield from takewhile(lambda part: not isinstance(part[1], Token), parts[len(texts) :])
