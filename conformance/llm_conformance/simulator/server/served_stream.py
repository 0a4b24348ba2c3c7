"""One golden stream at its own URL, and the requests for it."""

from dataclasses import dataclass
from urllib.parse import quote

from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.server.request_log import Ending, Request
from llm_conformance.simulator.server.state import ProviderState
from llm_fixtures import Golden


@dataclass(frozen=True, slots=True)
class ServedStream:
    """The result of `Simulator.play()`. Every format is served below `url`."""

    server: str
    case: Case
    state: ProviderState

    @property
    def url(self) -> str:
        """The base URL. Clients of OpenAI's APIs need `/v1` after it; all others use it unchanged."""
        return f"{self.server}{self.path}"

    @property
    def path(self) -> str:
        """The prefix of the path of every request for this stream."""
        return f"/{quote(self.case.nonce, safe='')}/{quote(self.case.fault, safe='')}"

    @property
    def golden(self) -> Golden:
        """The golden stream under the fault: the pieces, calls and reasoning that a correct client may receive."""
        return fault_named(self.case.fault).answer(self.case.golden)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that a correct client receives, with "" for each piece that is not text."""
        return self.golden.text_tokens(self.case.rendering)

    @property
    def text(self) -> str:
        """The text that a correct client receives."""
        return "".join(self.tokens)

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests for this stream so far, in order of arrival."""
        return self._of(self.state.request_log.snapshot())

    @property
    def attempts(self) -> int:
        """The number of requests for this stream so far."""
        return len(self.requests)

    def wait_settled(self, timeout: float = 5.0) -> tuple[Request, ...]:
        """The requests for this stream once none of them is running, or after `timeout` seconds."""
        return self.state.request_log.wait_settled(timeout, self._of)

    def disconnects(self, timeout: float = 5.0) -> int:
        """The number of requests whose client disconnected before the end of the answer."""
        return sum(request.ended is Ending.LEFT for request in self.wait_settled(timeout))

    def _of(self, requests: tuple[Request, ...]) -> tuple[Request, ...]:
        return tuple(request for request in requests if f"{request.path}/".startswith(f"{self.path}/"))
