"""The conformance harness for streaming LLM implementations."""
