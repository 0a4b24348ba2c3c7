"""A Runnable-style LLM stack to learn streaming from."""
