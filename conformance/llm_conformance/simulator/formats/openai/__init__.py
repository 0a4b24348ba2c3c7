"""OpenAI's chat completions and completions, which most other providers offer too."""
