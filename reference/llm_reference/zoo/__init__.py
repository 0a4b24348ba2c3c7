"""The reference with one defect at a time: what a conformance suite has to catch, and what it must not confuse."""

from llm_reference.zoo import events, text, twins
from llm_reference.zoo.defect import DEFECTS, Defect

__all__ = ["DEFECTS", "Defect", "events", "text", "twins"]
