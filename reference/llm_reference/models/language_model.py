"""What string models and chat models share: their constructor, and the run of a call."""

from abc import abstractmethod
from typing import Any

from llm_reference.runnables.runnable import Output, Runnable
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import Run


class BaseLanguageModel(Runnable[Any, Output]):
    """A model. Its callbacks, tags and metadata are for its own runs; nested runs do not inherit them."""

    callbacks: list[Any] | None = None
    tags: list[str] | None = None
    metadata: dict[str, Any] | None = None

    @property
    @abstractmethod
    def _llm_type(self) -> str:
        """The kind of model, for logs."""

    def _run(self, value: Any, config: RunnableConfig | None) -> Run:
        own: Any = {"tags": self.tags, "metadata": self.metadata, "callbacks": self.callbacks}
        return Run(self.run_type, self.get_name(), ensure_config(config), value, **own)
