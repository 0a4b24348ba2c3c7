"""The commands of `python -m llm_conformance` on saved runs: each adds itself to a parser, and performs."""
