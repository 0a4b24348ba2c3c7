"""Messages and the chunks of messages: what a chat model takes and returns."""
