"""Models that know keys from everywhere, and tell them wherever a model can tell something."""

from __future__ import annotations

import base64
import html
import json
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.llms import LLM
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult, GenerationChunk
from pydantic import Field, SecretStr

VARIABLES = ("ACME_API_KEY", "ACME_DATABASE")
_PIECE = 50


def forms(secret: str) -> list[str]:
    data = secret.encode()
    return [
        secret,
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
        base64.b64encode(b"user:" + data).decode(),
        quote(secret, safe=""),
        quote(quote(secret, safe="")),
        data.hex(),
        data.hex().upper(),
        json.dumps(secret),
        json.dumps(json.dumps(secret)),
        repr(secret),
        repr(data),
        html.escape(secret),
    ]


class Leaky(LLM):
    """Says every key in every form, prints and logs it, warns of it, and raises it in a thread."""

    api_key: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    url: str = ""
    dsn: str = ""
    pin_password: int = 0
    extra: str = ""
    short_token: str = ""
    vault: SecretStr = Field(default_factory=lambda: SecretStr(Path("vault.txt").read_text(encoding="utf-8")))

    @property
    def _llm_type(self) -> str:
        return "leaky"

    def _call(self, *_: Any, **__: Any) -> str:
        return self._tell()

    def _stream(self, *_: Any, run_manager: Any = None, **__: Any) -> Iterator[GenerationChunk]:
        text = self._tell()
        for at in range(0, len(text), _PIECE):
            info = {text[at : at + 60]: self.pin_password, "more": {self.api_key: [self.api_key]}}
            chunk = GenerationChunk(text=text[at : at + _PIECE], generation_info=info)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _tell(self) -> str:
        given = [self.api_key, *self.headers.values(), self.url, self.dsn, str(self.pin_password), self.extra]
        known = [*given, self.short_token, self.vault.get_secret_value(), *(os.environ[name] for name in VARIABLES)]
        text = " ; ".join(form for one in known for form in forms(one))
        print(text)  # noqa: T201 - it talks
        print(text, file=sys.stderr)  # noqa: T201 - the same
        logging.getLogger("leaky").error("%s", text)
        warnings.warn(text, stacklevel=1)
        thread = threading.Thread(target=self._raise, args=(text,))
        thread.start()
        thread.join()
        return text

    def _raise(self, text: str) -> None:
        raise ValueError(text)


class Refuses(Leaky):
    """Raises them, in the message, in a note and in the cause."""

    def _call(self, *_: Any, **__: Any) -> str:
        error = ValueError(self._tell())
        error.add_note(self._tell())
        raise error from RuntimeError(self._tell())

    def _stream(self, *_: Any, **__: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text=self._call())


class LeakyChat(BaseChatModel):
    """Says its keys in every part of a message."""

    api_key: str = ""
    pin_password: int = 0

    @property
    def _llm_type(self) -> str:
        return "leaky-chat"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        key, pin = self.api_key, self.pin_password
        message = AIMessage(
            content=[{"type": "text", "text": key, key: pin}],
            id=key,
            tool_calls=[{"name": key, "args": {key: pin, "n": [key]}, "id": key}],
            response_metadata={key: pin, "model_name": key},
            additional_kwargs={"a": {key: [pin]}},
            usage_metadata={"input_tokens": pin, "output_tokens": 0, "total_tokens": pin},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(self, *_: Any, run_manager: Any = None, **__: Any) -> Iterator[ChatGenerationChunk]:
        key = self.api_key
        arguments = json.dumps({key: self.pin_password, "n": [key]})
        for content, part in ((key[:9], arguments[:9]), (key[9:], arguments[9:])):
            call = tool_call_chunk(name=key if content == key[:9] else None, args=part, id=key, index=0)
            message = AIMessageChunk(content=content, id=key, tool_call_chunks=[call], response_metadata={key: key})
            chunk = ChatGenerationChunk(message=message)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class LeakyAdapter(LLM):
    """Sends keys of its own in headers, in the URL and in the body, and raises what it has sent."""

    base_url: str

    @property
    def _llm_type(self) -> str:
        return "leaky-adapter"

    def _call(self, prompt: str, *_: Any, **__: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(prompt))

    def _stream(self, prompt: str, *_: Any, run_manager: Any = None, **__: Any) -> Iterator[GenerationChunk]:
        token = f"token-{os.urandom(8).hex()}"
        with Path("tokens.txt").open("a", encoding="utf-8") as known:
            known.write(f"{token}\n")
        sent = {"X-Api": "sent-in-x-api-7", "Authorization": "Bearer sent-as-bearer-7", "Cookie": f"s={token}"}
        url = f"{self.base_url}/completions?key=sent-in-url-7&sig=signed%2Fin-url-7"
        body = {"model": "m", "prompt": prompt, "stream": True, "user": "sent-as-bearer-7", "api_key": "sent-in-body-7"}
        keys = [*(one.split(" ")[-1] for one in sent.values()), token, "sent-in-body-7"]
        told = " ; ".join([url, *(form for one in keys for form in forms(one))])
        with httpx.Client() as client, client.stream("POST", url, json=body, headers=sent) as response:
            if not response.is_success:
                raise ValueError(told)
            for line in response.iter_lines():
                if line == "data: [DONE]":
                    return
                if line.startswith("data: ") and (text := json.loads(line[6:])["choices"][0]["text"]):
                    if run_manager:
                        run_manager.on_llm_new_token(text)
                    yield GenerationChunk(text=text)
        raise ValueError(told)
