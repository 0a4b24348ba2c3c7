"""A model behind a provider: the bytes of an answer, what they mean, and the network that brings them."""
