"""Threads, tasks and iterators: closing, draining and sharing them."""
