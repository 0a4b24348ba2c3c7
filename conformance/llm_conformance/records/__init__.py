"""The records: observations and verdicts as frozen, JSON-able data.

Nothing here calls a model or judges one. Scenarios make observations, checks read them, and a saved run consists of
these records. The first paragraph and the field lines of each docstring are the tables of SAVED_RUN.md.
"""

from llm_conformance.records.callback_log import CallbackEvent, CallbackLog, Place
from llm_conformance.records.chat_answers import ChatAnswer, ChatAnswers
from llm_conformance.records.controlled import ControlledOutcome, ControlledOutcomes, GenerationRecord, Milestone
from llm_conformance.records.cost import Cost, CostProfile
from llm_conformance.records.deviation import Deviation, DeviationMode
from llm_conformance.records.events import (
    Event,
    Events,
    EventStreams,
    chunk_infos,
    output_info,
    output_message,
    output_text,
    stream_texts,
)
from llm_conformance.records.fault_response import FaultResponse
from llm_conformance.records.fitness import Fitness, FitnessOutcome
from llm_conformance.records.message import Message, ToolCall, data
from llm_conformance.records.outcome import Batch, CallOutcome, Hung, Raised, Replies, Reply, headline
from llm_conformance.records.requests import Requests
from llm_conformance.records.sampled import Difference, SampledTexts
from llm_conformance.records.scenario_facts import FaultFacts, ScenarioFacts
from llm_conformance.records.search import Search
from llm_conformance.records.stalls import Stalls
from llm_conformance.records.stream import CUT, IteratorOutcome, Stream, Streams
from llm_conformance.records.subject_info import Control, Kind, SubjectInfo
from llm_conformance.records.v3_stream import Projection, V3Event, V3Stream, V3Streams
from llm_conformance.records.value import Display, Text, Value, one_line
from llm_conformance.records.verdict import (
    CRASH,
    LOAD,
    WITHOUT_CHECK,
    Finding,
    Findings,
    Level,
    Need,
    NotExercised,
    NotJudged,
    Status,
    Unavailable,
    Verdict,
    first_difference,
    inconclusive,
    matches_any,
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
    | ChatAnswers
    | ControlledOutcome
    | ControlledOutcomes
    | Search
    | SampledTexts
    | CostProfile
    | FaultResponse
    | Requests
    | V3Stream
    | V3Streams
)

__all__ = [
    "CRASH",
    "CUT",
    "LOAD",
    "WITHOUT_CHECK",
    "Batch",
    "CallOutcome",
    "CallbackEvent",
    "CallbackLog",
    "ChatAnswer",
    "ChatAnswers",
    "Control",
    "ControlledOutcome",
    "ControlledOutcomes",
    "Cost",
    "CostProfile",
    "Deviation",
    "DeviationMode",
    "Difference",
    "Display",
    "Event",
    "EventStreams",
    "Events",
    "FaultFacts",
    "FaultResponse",
    "Finding",
    "Findings",
    "Fitness",
    "FitnessOutcome",
    "GenerationRecord",
    "Hung",
    "IteratorOutcome",
    "Kind",
    "Level",
    "Message",
    "Milestone",
    "Need",
    "NotExercised",
    "NotJudged",
    "Observation",
    "Place",
    "Projection",
    "Raised",
    "Replies",
    "Reply",
    "Requests",
    "SampledTexts",
    "ScenarioFacts",
    "Search",
    "Stalls",
    "Status",
    "Stream",
    "Streams",
    "SubjectInfo",
    "Text",
    "ToolCall",
    "Unavailable",
    "V3Event",
    "V3Stream",
    "V3Streams",
    "Value",
    "Verdict",
    "chunk_infos",
    "data",
    "first_difference",
    "headline",
    "inconclusive",
    "matches_any",
    "not_applicable",
    "not_testable",
    "one_line",
    "output_info",
    "output_message",
    "output_text",
    "stream_texts",
]
