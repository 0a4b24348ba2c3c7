"""The playing: one golden stream at an address of its own, and all that was asked of it."""

from dataclasses import dataclass
from urllib.parse import quote

from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.server.request_log import Ending, Request
from llm_conformance.simulator.server.state import ProviderState


@dataclass(frozen=True, slots=True)
class ServedStream:
    """What `Simulator.play()` gives. Every format is served below `url`."""

    server: str
    case: Case
    state: ProviderState

    @property
    def url(self) -> str:
        """The base address: a client of OpenAI's APIs wants `/v1` behind it, the others take it as it is."""
        return f"{self.server}{self.path}"

    @property
    def path(self) -> str:
        """What stands before the path of the API in every request."""
        return f"/{quote(self.case.nonce, safe='')}/{quote(self.case.fault, safe='')}"

    @property
    def tokens(self) -> tuple[str, ...]:
        """What a client must get, token by token."""
        return fault_named(self.case.fault).answer(self.case.golden).text_tokens(self.case.rendering)

    @property
    def text(self) -> str:
        """What a client must get."""
        return "".join(self.tokens)

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests of it until now, in the order of their arrival."""
        return self._of(self.state.request_log.snapshot())

    @property
    def attempts(self) -> int:
        """How often it was asked for."""
        return len(self.requests)

    def wait_settled(self, timeout: float = 5.0) -> tuple[Request, ...]:
        """Its requests as soon as none is running any more, or as they are after `timeout` seconds."""
        return self.state.request_log.wait_settled(timeout, self._of)

    def disconnects(self, timeout: float = 5.0) -> int:
        """How often the client went away before the end of the answer."""
        return sum(request.ended is Ending.LEFT for request in self.wait_settled(timeout))

    def _of(self, requests: tuple[Request, ...]) -> tuple[Request, ...]:
        return tuple(request for request in requests if f"{request.path}/".startswith(f"{self.path}/"))
