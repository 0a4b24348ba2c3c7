"""Chat models whose callback handlers get less of an answer than the caller."""

from dataclasses import replace

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import with_fragments, without_calls
from llm_zoo.bases.chat_reports import ChatCallbackDefect
from llm_zoo.defect import defect


@defect(
    "handlers-get-no-fragments",
    story="`on_llm_new_token` gets chunks of text without the fragments of calls: the trace of an agent has no tools.",
    citation="CONF-007",
    caught_by=("calls.callbacks",),
)
class HandlersGetNoFragments(ChatCallbackDefect):
    def _transform_reported(self, message: AIMessageChunk) -> AIMessageChunk:
        return with_fragments(message, ())


@defect(
    "handlers-get-end-without-calls",
    story="The message that `on_llm_end` gets has no calls.",
    citation="CONF-007",
    caught_by=("calls.callbacks",),
)
class HandlersGetEndWithoutCalls(ChatCallbackDefect):
    def _transform_end(self, message: AIMessage) -> AIMessage:
        return without_calls(message)


@defect(
    "handlers-get-no-usage",
    story="The message that `on_llm_end` gets has no usage: a handler that counts costs counts nothing.",
    citation="D106: langchain-ai/langgraph#4848",
    caught_by=("usage.callbacks",),
)
class HandlersGetNoUsage(ChatCallbackDefect):
    def _transform_end(self, message: AIMessage) -> AIMessage:
        return replace(message, usage_metadata=None)


@defect(
    "handlers-get-output-tokens-alone",
    story="At the end of a stream `on_llm_end` gets the usage of the last chunk but one, without the input tokens.",
    citation="CONF-011",
    caught_by=("usage.callbacks",),
)
class HandlersGetOutputTokensAlone(ChatCallbackDefect):
    def _transform_end(self, message: AIMessage) -> AIMessage:
        if not isinstance(message, AIMessageChunk) or message.usage_metadata is None:
            return message
        output = message.usage_metadata["output_tokens"]
        return replace(message, usage_metadata={"input_tokens": 0, "output_tokens": output, "total_tokens": output})


@defect(
    "handlers-get-no-reasoning",
    story="`on_llm_new_token` gets chunks without the reasoning: the log shows a model that was silent for a minute.",
    citation="CONF-007",
    caught_by=("blocks.callbacks",),
)
class HandlersGetNoReasoning(ChatCallbackDefect):
    def _transform_reported(self, message: AIMessageChunk) -> AIMessageChunk:
        return replace(message, additional_kwargs={})


@defect(
    "handlers-get-end-without-reasoning",
    story="The message that `on_llm_end` gets has no reasoning.",
    citation="CONF-007",
    caught_by=("blocks.callbacks",),
)
class HandlersGetEndWithoutReasoning(ChatCallbackDefect):
    def _transform_end(self, message: AIMessage) -> AIMessage:
        return replace(message, additional_kwargs={})


@defect(
    "handlers-get-text-alone",
    story="Handlers get messages that are made anew from the text of each chunk: calls, reasoning and usage are gone.",
    citation="CONF-007",
    caught_by=("calls.callbacks",),
)
class HandlersGetTextAlone(ChatCallbackDefect):
    def _transform_reported(self, message: AIMessageChunk) -> AIMessageChunk:
        return AIMessageChunk(message.text, id=message.id)

    def _transform_end(self, message: AIMessage) -> AIMessage:
        return type(message)(message.text, id=message.id)
