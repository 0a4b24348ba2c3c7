"""The server of the simulated provider: connections, the cases it serves, and the request log."""
