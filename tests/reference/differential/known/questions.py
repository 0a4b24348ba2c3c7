"""Predicates of plans, for the differences."""

from collections.abc import Callable
from typing import Any

from reference.differential.plan import (
    Assign,
    Bound,
    Calls,
    Config,
    Fallbacks,
    Model,
    Node,
    Parallel,
    Plain,
    Plan,
    Retry,
    parts,
)


def streamed_node(node: Node) -> Node:
    """The node whose stream this is: bindings and retries pass the stream of their node on."""
    return streamed_node(node.node) if isinstance(node, Bound | Retry) else node


def streams(model: Node) -> bool:
    return isinstance(model, Model) and bool({"_stream", "_astream"} & set(model.hooks))


def threads(plan: Plan) -> bool:
    """Whether some code runs in threads: it cannot be interrupted and runs until the end of its step."""
    functions = any(isinstance(node, Calls) and not node.is_async for node in plan.nodes)
    return functions or any("_stream" in model.hooks and "_astream" not in model.hooks for model in plan.models)


def exits_early(*calls: str) -> Callable[[Plan], bool]:
    return lambda plan: plan.early_exit is not None and plan.call in calls


def batch_of_a_model(plan: Plan) -> bool:
    node = plan.root
    while isinstance(node, Bound):
        node = node.node
    return plan.is_batch and isinstance(node, Model)


def configs_of(plan: Plan) -> list[Config]:
    """The configs of the call and of the bindings around the root, innermost first."""
    configs: list[Config] = []
    node = plan.root
    while isinstance(node, Bound | Retry):
        if isinstance(node, Bound):
            configs.insert(0, node.config)
        node = node.node
    return [*configs, plan.config]


def parallel(plan: Plan) -> bool:
    return any(isinstance(node, Parallel | Assign) for node in plan.nodes)


def bare(node: Node) -> Node:
    while isinstance(node, Bound | Fallbacks):
        node = node.node
    return node


def falls_back(plan: Plan) -> bool:
    return any(isinstance(node, Fallbacks) for node in plan.nodes)


def fails_midway(plan: Plan) -> bool:
    """Whether a step fails after it has read its first chunk."""
    return any(isinstance(node, Plain) and node.kind == "breaks" for node in plan.nodes)


def may_fail(plan: Plan) -> bool:
    """Whether a model, a step or a handler may fail."""
    models = any(model.call_fails or model.fails_at is not None for model in plan.models)
    steps = any(isinstance(node, Plain) and node.kind in ("raises", "breaks") for node in plan.nodes)
    return models or steps or any(handler.raises for handler in plan.handlers)


def fails_twice(plan: Plan) -> bool:
    """Whether two models or more may fail. A model without tokens fails, too."""
    return sum(model.call_fails or model.fails_at is not None or not model.tokens for model in plan.models) > 1


def names_handlers(plan: Plan) -> bool:
    return any(isinstance(node, Bound) and node.config.handlers is not None for node in plan.nodes)


def is_invoked(node: Node, invoked: bool, kind: Any) -> bool:  # noqa: FBT001
    """Whether a node of this kind is invoked and not streamed."""
    if invoked and isinstance(node, kind):
        return True
    if isinstance(node, Calls) and node.how != "answer":
        return is_invoked(node.node, node.how == "invoke", kind)
    return any(is_invoked(part, invoked, kind) for part in parts(node))
