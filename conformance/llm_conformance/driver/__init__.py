"""Makes one call with a deadline: threads, the event loop, stalls, stacks, and records of live values."""
