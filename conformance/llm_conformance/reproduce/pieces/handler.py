"""A callback handler that records the events of the runs of a model."""

from typing import Any

# A script has the class of langchain-core.
BaseCallbackHandler: Any = object


class Handler(BaseCallbackHandler):  # type: ignore[misc]
    """Records the events of the runs of the model.

    phases: start, end and error, in order. tokens: the texts of the new tokens. tags, metadata: those of each start.
    answer: the text of the first generation at the end.
    """

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.tokens: list[str] = []
        self.tags: list[Any] = []
        self.metadata: list[Any] = []
        self.run_id: Any = None
        self.answer: Any = None

    def on_llm_start(self, _serialized: Any, _prompts: Any, *, run_id: Any = None, **more: Any) -> None:
        """A string model begins."""
        self.run_id = run_id
        self.phases.append("start")
        self.tags.append(more.get("tags"))
        self.metadata.append(more.get("metadata"))

    def on_chat_model_start(self, _serialized: Any, _messages: Any, *, run_id: Any = None, **more: Any) -> None:
        """A chat model begins."""
        self.on_llm_start(None, None, run_id=run_id, **more)

    def on_llm_new_token(self, token: str, **_more: Any) -> None:
        """A token arrives."""
        self.tokens.append(token)

    def on_llm_end(self, response: Any, **_more: Any) -> None:
        """The run ends."""
        self.phases.append("end")
        self.answer = response.generations[0][0].text

    def on_llm_error(self, _error: BaseException, **_more: Any) -> None:
        """The run fails."""
        self.phases.append("error")
