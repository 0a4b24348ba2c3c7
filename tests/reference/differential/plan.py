"""A plan: a model, a chain around it, a call, and how the consumer stops. Frozen; its repr is valid code."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, TypeAlias

HOOKS = ("_acall", "_stream", "_astream")
SYNC_CALLS = ("invoke", "batch", "stream", "transform")
ASYNC_CALLS = ("ainvoke", "abatch", "astream", "atransform", "events v1", "events v2")
STREAMING_CALLS = ("stream", "transform", "astream", "atransform", "events v1", "events v2")


class ShortRepr:
    """A dataclass whose repr omits default values."""

    def __repr__(self) -> str:
        values = []
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            default = each.default if each.default_factory is MISSING else each.default_factory()
            if (value := getattr(self, each.name)) != default:
                values.append(f"{each.name}={value!r}")
        return f"{type(self).__name__}({', '.join(values)})"


@dataclass(frozen=True, repr=False)
class Handler(ShortRepr):
    """A callback handler.

    fails_on: the method that raises.
    raises: the value of `raise_error`.
    """

    kind: Literal["sync", "async"] = "sync"
    inline: bool = False
    fails_on: str | None = None
    raises: bool = False


@dataclass(frozen=True, repr=False)
class Config(ShortRepr):
    """The config of a call or a binding. If `handlers` is None there is no key `callbacks`."""

    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    run_name: str | None = None
    run_id: int | None = None
    max_concurrency: int | None = None
    handlers: tuple[Handler, ...] | None = None


@dataclass(frozen=True, repr=False)
class Model(ShortRepr):
    """A model with `_call` and these hooks. An "@" in a token is the prompt.

    reports: what its streaming hooks report of each token.
    call_reports: whether `_call` reports its answer as a token.
    infos: the generation_info of its first chunks.
    fails_at: its streaming hooks raise before this token.
    call_fails: whether `_call` and `_acall` raise.
    fails_on: it fails only if the prompt contains this text.
    failures: how many calls fail, from the first on; None: all.
    gate: every hook waits before this token until the driver opens the gate.
    """

    hooks: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ("a", "@")
    reports: Literal["nothing", "text", "chunk"] = "chunk"
    call_reports: bool = False
    infos: tuple[Mapping[str, Any] | None, ...] = ()
    fails_at: int | None = None
    call_fails: bool = False
    fails_on: str = ""
    failures: int | None = None
    gate: int | None = None
    name: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    handlers: tuple[Handler, ...] = ()


@dataclass(frozen=True, repr=False)
class Sequence(ShortRepr):
    """`a | b | c`."""

    steps: tuple["Node", ...] = ()
    name: str | None = None


@dataclass(frozen=True, repr=False)
class Parallel(ShortRepr):
    """A dict in a chain."""

    steps: Mapping[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Assign(ShortRepr):
    """`RunnablePassthrough.assign`. Its input is a dict."""

    steps: Mapping[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Plain(ShortRepr):
    """A step without a model: a function or generator of `steps.py`, a prompt, a parser or a passthrough."""

    kind: Literal["prompt", "parser", "passthrough", "shout", "join", "raises", "dispatches", "by_piece", "breaks"] = (
        "parser"
    )
    is_async: bool = False


@dataclass(frozen=True, repr=False)
class Calls(ShortRepr):
    """A function that calls or returns the node. It passes its config on, or relies on the context."""

    node: "Node" = field(default_factory=Model)
    how: Literal["invoke", "stream", "answer"] = "invoke"
    passes: bool = True
    is_async: bool = True


@dataclass(frozen=True, repr=False)
class Bound(ShortRepr):
    """`bind` and `with_config`."""

    node: "Node" = field(default_factory=Model)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    config: Config = Config()


@dataclass(frozen=True, repr=False)
class Retry(ShortRepr):
    """`with_retry`, without waiting."""

    node: "Node" = field(default_factory=Model)
    attempts: int = 2


@dataclass(frozen=True, repr=False)
class Fallbacks(ShortRepr):
    """`with_fallbacks`."""

    node: "Node" = field(default_factory=Model)
    others: tuple["Node", ...] = ()


Node: TypeAlias = Model | Sequence | Parallel | Assign | Plain | Calls | Bound | Retry | Fallbacks


@dataclass(frozen=True, repr=False)
class Filters(ShortRepr):
    """The six filters of `astream_events`."""

    include_names: tuple[str, ...] | None = None
    include_types: tuple[str, ...] | None = None
    include_tags: tuple[str, ...] | None = None
    exclude_names: tuple[str, ...] | None = None
    exclude_types: tuple[str, ...] | None = None
    exclude_tags: tuple[str, ...] | None = None


@dataclass(frozen=True, repr=False)
class EarlyExit(ShortRepr):
    """The consumer stops early.

    how: it closes the stream, drops it without closing, or is cancelled while the model generates.
    after: the number of items after which it closes or drops the stream.
    """

    how: Literal["close", "break", "cancel"] = "close"
    after: int = 1


@dataclass(frozen=True, repr=False)
class Plan(ShortRepr):
    """One call, or several concurrent ones.

    inputs: those of the batch; otherwise one for each concurrent call.
    configs: one for each input of a batch, instead of `config`.
    """

    root: Node = Model()
    call: str = "invoke"
    inputs: tuple[Any, ...] = ("hi",)
    config: Config = Config()
    configs: tuple[Config, ...] | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = Filters()
    return_exceptions: bool = False
    early_exit: EarlyExit | None = None

    @property
    def is_batch(self) -> bool:
        return "batch" in self.call

    @property
    def is_concurrent(self) -> bool:
        return len(self.inputs) > 1

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of the chain, root first."""
        return tuple(_within(self.root))

    @property
    def models(self) -> tuple[Model, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Model))

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """All handlers: of configs, bindings and models."""
        configs = [self.config, *(self.configs or ()), *(node.config for node in self.nodes if isinstance(node, Bound))]
        groups = [*(config.handlers or () for config in configs), *(model.handlers for model in self.models)]
        return tuple(handler for group in groups for handler in group)

    @property
    def linear(self) -> bool:
        """Whether runs do not overlap. Then the order of events is compared, too."""
        return not self.is_concurrent and not any(isinstance(node, Parallel | Assign) for node in self.nodes)


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes inside the node."""
    match node:
        case Sequence():
            return node.steps
        case Parallel() | Assign():
            return tuple(node.steps.values())
        case Calls() | Bound() | Retry():
            return (node.node,)
        case Fallbacks():
            return (node.node, *node.others)
        case _:
            return ()


def _within(node: Node) -> Iterator[Node]:
    yield node
    for part in parts(node):
        yield from _within(part)
