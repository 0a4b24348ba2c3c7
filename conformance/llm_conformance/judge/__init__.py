"""From records to verdicts, with pure functions: the same for a live run and for a saved one."""
