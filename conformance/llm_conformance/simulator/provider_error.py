"""The refusal: an error in neutral words, which each format tells in the shape of its provider."""


class ProviderError(Exception):
    """Status, message and the parameter at fault, where there is one."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
