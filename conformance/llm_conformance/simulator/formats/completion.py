"""One answer before it takes the form of a provider's API: its texts, its finish reason and its usage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.provider_error import ProviderError
from llm_conformance.simulator.stop_text import cut_at_stop
from llm_fixtures import Finish, Usage

MODEL_FAILED = ProviderError(500, "the model failed: its golden stream finishes with an error")


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer to one prompt. `stop` is the stop text that ended it, if one did."""

    pieces: tuple[str, ...]
    finish: Finish
    usage: Usage
    style: FinishStyle
    stop: str | None = None

    @classmethod
    def of(cls, case: Case, stops: Iterable[str], *, kept: bool = False) -> "Completion":
        """The answer of a case, cut at the first stop text. `kept` includes the stop text in the answer."""
        golden = case.golden
        pieces = golden.text_tokens(case.rendering)
        if (cut := cut_at_stop(pieces, stops, kept=kept)) is None:
            return cls(pieces, golden.finish, golden.usage, case.finish)
        usage = Usage(golden.usage.prompt, len(cut.pieces))
        return cls(cut.pieces, Finish.STOP, usage, case.finish, cut.by)

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(self.pieces)

    @property
    def failed(self) -> bool:
        """Whether the model fails after its tokens."""
        return self.finish is Finish.ERROR

    @property
    def with_last(self) -> bool:
        """Whether the finish reason is sent with the last text."""
        return self.style == "with-last-text" and bool(self.pieces)

    def before_last(self) -> Iterator[tuple[int, str]]:
        """The texts that are sent without the finish reason, each with its token number."""
        return enumerate(self.pieces[:-1] if self.with_last else self.pieces)

    def last(self) -> tuple[int | None, str]:
        """The token number and the text sent with the finish reason: (None, "") if the reason is sent alone."""
        return (len(self.pieces) - 1, self.pieces[-1]) if self.with_last else (None, "")
