"""Runs one chat plan on one library and records everything that can be observed, as plain data."""

import asyncio
from copy import deepcopy
from typing import Any

from reference.deadline import run
from reference.differential.chat.messages import plain, with_labels
from reference.differential.chat.plan import TOOL, ChatPlan

_METHODS = ("on_llm_new_token", "on_llm_end", "on_llm_error")


def drive(plan: ChatPlan, library: dict[str, Any]) -> dict[str, Any]:
    """Return the items, the error, the calls of hooks and of handlers, with labels instead of random ids."""
    seen: dict[str, Any] = {"items": [], "error": None, "hooks": [], "callbacks": []}
    model = _model(plan, library, seen["hooks"])
    if plan.tools:
        model = model.bind_tools([TOOL], tool_choice=plan.tool_choice)
    runnable = _placed(plan, library, model)
    config: Any = {} if plan.handler == "none" else {"callbacks": [_handler(plan, library, seen["callbacks"])]}
    keywords: Any = {"stop": plan.stop} if plan.stop and plan.place == "alone" else {}
    value: Any = {"q": "hi"} if plan.place == "chain" else "hi"
    try:
        match plan.call:
            case "invoke":
                seen["items"].append(runnable.invoke(value, config, **keywords))
            case "batch":
                seen["items"] += runnable.batch([value], config, **keywords)
            case "stream" | "stream, closed":
                stream = runnable.stream(value, config, **keywords)
                for item in stream:
                    seen["items"].append(item)
                    if plan.call == "stream, closed":
                        break
                stream.close()
            case _:
                run(_asynchronously(plan, runnable, (value, config), seen["items"], **keywords))
    except Exception as error:  # noqa: BLE001  # any error is compared
        seen["error"] = type(error).__name__
    return with_labels(data(seen))  # type: ignore[no-any-return]  # a dict, as given


async def _asynchronously(plan: ChatPlan, runnable: Any, arguments: Any, items: list[Any], **keywords: Any) -> None:
    if plan.call == "ainvoke":
        items.append(await runnable.ainvoke(*arguments, **keywords))
    elif plan.call == "abatch":
        items += await runnable.abatch([arguments[0]], arguments[1], **keywords)
    elif plan.call in ("astream", "astream, closed"):
        stream = runnable.astream(*arguments, **keywords)
        async for item in stream:
            items.append(item)
            if plan.call == "astream, closed":
                break
        await stream.aclose()
    else:
        async for event in runnable.astream_events(*arguments, version=plan.call.split()[1], **keywords):
            items.append(event)


def _placed(plan: ChatPlan, library: dict[str, Any], model: Any) -> Any:
    if plan.place == "alone":
        return model
    if plan.place == "chain":
        return library["PromptTemplate"].from_template("say {q}") | model | library["StrOutputParser"]()

    def called(text: Any) -> Any:
        return model.invoke(text)

    async def acalled(text: Any) -> Any:
        return await model.ainvoke(text)

    acalled.__name__ = "called"
    return library["RunnableLambda"](called, acalled if plan.place == "called" else None)


def _handler(plan: ChatPlan, library: dict[str, Any], calls: list[Any]) -> Any:
    def method_of(name: str) -> Any:
        def method(_self: Any, *args: Any, **kwargs: Any) -> None:
            # The first argument of a start is the serialized runnable, which only langchain-core has.
            positional = args[1:] if name.endswith("_start") else (kwargs.get("token"), *args)[-1:]
            extra = {key: kwargs.get(key) for key in ("chunk", "run_id", "parent_run_id", "tags", "response")}
            calls.append((name, deepcopy(data(positional)), deepcopy(data(extra))))

        async def amethod(self: Any, *args: Any, **kwargs: Any) -> None:
            await asyncio.sleep(0)
            method(self, *args, **kwargs)

        return amethod if plan.is_async_handler else method

    starts = ("on_chat_model_start", "on_llm_start") if plan.handler == "chat" else ("on_llm_start",)
    base = library["AsyncCallbackHandler" if plan.is_async_handler else "BaseCallbackHandler"]
    return type("Recording", (base,), {name: method_of(name) for name in (*starts, *_METHODS)})()


def _model(plan: ChatPlan, library: dict[str, Any], calls: list[Any]) -> Any:
    model = type("Drawn", (library["Drawn"],), {hook: library["HOOKS"][hook] for hook in plan.hooks})
    return model(plan=plan, calls=calls, disable_streaming=plan.disable_streaming)


def data(value: Any) -> Any:  # noqa: PLR0911  # one for each kind of value
    """A value as plain data that is equal for both libraries."""
    if isinstance(value, BaseException):
        return type(value).__name__
    if hasattr(value, "generations"):
        # Where there is no generation, one library has an empty list more.
        first = next((generation for generations in value.generations for generation in generations), None)
        return {"generation": data(first), "llm_output": value.llm_output or {}}
    if hasattr(value, "generation_info"):
        return {"message": plain(value.message), "info": value.generation_info}
    if hasattr(value, "response_metadata"):
        if value.type == "human":
            return {"human": value.text}
        return plain(value)
    if hasattr(value, "to_string"):
        return {"prompt": value.to_string()}
    if isinstance(value, dict):
        return {key: data(each) for key, each in value.items() if key != "metadata"}
    if isinstance(value, (list, tuple)):
        return [data(each) for each in value]
    return str(value) if type(value).__name__ == "UUID" else value
