"""Control over the model's output: by a script, by the hooks of a black box, or by a simulated provider."""
