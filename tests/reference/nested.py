"""A chain inside a chain, and the start events of its runs."""

from typing import Any

from llm_reference import PromptTemplate, Runnable, RunnableLambda, StreamEvent, StrOutputParser
from reference.models import Streams

Chain = Runnable[Any, Any]

prompt = PromptTemplate.from_template("{q}").with_config(run_name="prompt", tags=["of prompt"])
model = Streams().with_config(run_name="model", tags=["of model"], metadata={"of": "model"})
parser = StrOutputParser().with_config(run_name="parser")
chain: Chain = (prompt | model | parser).with_config(run_name="chain")
deep: Chain = (RunnableLambda(lambda q: {"q": q}, name="wrap") | chain).with_config(run_name="outer")


def starts(events: list[StreamEvent]) -> dict[str, StreamEvent]:
    """The first event of each run, by the name of the run."""
    return {event["name"]: event for event in events if event["event"].endswith("_start")}
