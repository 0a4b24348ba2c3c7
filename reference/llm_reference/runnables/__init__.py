"""The interface `Runnable`, and the steps of chains: sequences, functions, prompts, parsers and others."""
