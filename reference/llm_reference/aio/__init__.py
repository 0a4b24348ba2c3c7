"""Threads, tasks and iterators: how they are closed, cancelled and shared."""
