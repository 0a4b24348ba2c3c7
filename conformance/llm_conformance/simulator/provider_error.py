"""An error of the provider, independent of a format. Each format renders it as its provider does."""


class ProviderError(Exception):
    """The HTTP status, the message, and the name of the invalid parameter, if one is the cause."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
