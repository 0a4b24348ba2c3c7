"""The exceptions of a model behind a provider."""

from collections.abc import Mapping


class ProviderError(RuntimeError):
    """The provider rejected the request, failed, or could not be reached.

    status: the HTTP status; None if the provider did not respond.
    transient: whether the same request may succeed later.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        transient: bool = False,
    ) -> None:
        self.status, self.headers, self.transient = status, headers or {}, transient
        self.request_id = self.headers.get("x-request-id")
        super().__init__(f"{message} (request {self.request_id})" if self.request_id else message)


class IncompleteAnswerError(ProviderError):
    """The answer ended too early. The model has already yielded the chunks that arrived."""
