"""The vocabulary: what was seen of a model, as frozen, JSON-able data.

Nothing here calls a model or judges one. Scenarios make these records, checks read them,
and a saved run holds nothing else.
"""

from llm_conformance.records.callback_log import CallbackLog, CallbackEvent
from llm_conformance.records.controlled import GenerationRecord, ControlledOutcome, ControlledOutcomes
from llm_conformance.records.cost import Cost, CostProfile
from llm_conformance.records.deviation import Deviation, DeviationMode
from llm_conformance.records.events import Event, Events, EventStreams, stream_texts, chunk_infos, output_info, output_text
from llm_conformance.records.fault_response import FaultResponse
from llm_conformance.records.outcome import Batch, Hung, CallOutcome, Raised, Replies, Reply
from llm_conformance.records.requests import Requests
from llm_conformance.records.search import Search
from llm_conformance.records.stalls import Stalls
from llm_conformance.records.stream import IteratorOutcome, Stream, Streams
from llm_conformance.records.subject_info import SubjectInfo, Control, Kind
from llm_conformance.records.value import Value, Display, Text, one_line
from llm_conformance.records.verdict import (
    Finding,
    Findings,
    Level,
    Unavailable,
    NotJudged,
    Verdict,
    Status,
    first_difference,
    not_applicable,
    not_testable,
)

Observation = (
    Reply
    | Stream
    | Events
    | Batch
    | Replies
    | Streams
    | EventStreams
    | CallbackLog
    | ControlledOutcome
    | ControlledOutcomes
    | Search
    | CostProfile
    | FaultResponse
    | Requests
)

__all__ = [
    "SubjectInfo",
    "Batch",
    "Control",
    "Cost",
    "Deviation",
    "Event",
    "Events",
    "FaultResponse",
    "Finding",
    "Findings",
    "CostProfile",
    "CallbackLog",
    "Hung",
    "Kind",
    "Level",
    "DeviationMode",
    "Unavailable",
    "CallbackEvent",
    "Observation",
    "CallOutcome",
    "Raised",
    "Replies",
    "Reply",
    "Requests",
    "EventStreams",
    "Search",
    "Value",
    "Display",
    "IteratorOutcome",
    "Stalls",
    "Stream",
    "Streams",
    "Text",
    "GenerationRecord",
    "ControlledOutcome",
    "ControlledOutcomes",
    "NotJudged",
    "Verdict",
    "Status",
    "stream_texts",
    "first_difference",
    "chunk_infos",
    "not_applicable",
    "not_testable",
    "output_info",
    "output_text",
    "one_line",
]
