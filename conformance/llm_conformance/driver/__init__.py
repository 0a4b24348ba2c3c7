"""One call with a deadline: threads, the event loop, stalls, stacks, and live values turned into records."""
