"""What goes wrong between a model's adapter and its provider, as its callers see it."""

from collections.abc import Mapping


class ProviderError(RuntimeError):
    """The provider refused, failed, or could not be reached.

    status: that of HTTP; None where no answer came.
    passing: whether the same request may do better a little later.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        passing: bool = False,
    ) -> None:
        self.status, self.headers, self.passing = status, headers or {}, passing
        self.request_id = self.headers.get("x-request-id")
        super().__init__(f"{message} (request {self.request_id})" if self.request_id else message)


class IncompleteAnswerError(ProviderError):
    """The answer began and broke off. What arrived has been delivered, and it is not the whole answer."""
