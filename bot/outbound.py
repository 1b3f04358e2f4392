"""The one HTTP client for everything that goes out: time-outs, one error type, tokens renewed once.

A platform says in a `Dialect` how it carries a token and how it reports an error, and in a table of
`Act` what each error code means. Whether a send is tried again is the outbox's decision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import httpx

from bot.tokens import GivenToken, Tokens
from handlers.ports import PlatformError

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MAX_ANSWER = 32 * 1024 * 1024  # bytes; the largest file any of the platforms lets us fetch is 30 MB


class Act(Enum):
    """What an error code asks of us."""

    RETRY = "try again later"
    REFRESH = "the token is bad: get a new one and repeat once"
    GIVE_UP = "trying again cannot help"
    RECIPIENT = "this recipient cannot be reached"
    REPLACE = "the message can no longer be changed"
    CONFIG = "a setting or permission is wrong"


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as the platform reported it. `wait` in seconds, where the platform names it."""

    code: str
    message: str
    wait: float | None = None


class Dialect(Protocol):
    """How one platform speaks HTTP."""

    @property
    def acts(self) -> Mapping[str, tuple[Act, float | None]]:
        """Error code → what to do and the least wait in seconds. Codes not listed: `GIVE_UP`, or `RETRY` on a 5xx."""
        ...

    def authorise(self, token: str) -> tuple[dict[str, str], dict[str, str]]:
        """Query parameters and headers that carry the token."""
        ...

    def fault(self, response: httpx.Response) -> Fault | None:
        """The error in a response, or None when it says success."""
        ...


class Api:
    """Calls to one host of one platform."""

    def __init__(
        self, base: str, client: httpx.Client, dialect: Dialect, tokens: Tokens | GivenToken | None = None
    ) -> None:
        self._base = base.rstrip("/")
        self._client = client
        self._dialect = dialect
        self._tokens = tokens

    def named(self, token: str) -> Api:
        """The same host with somebody's own token: a person's, who signs in."""
        return Api(self._base, self._client, self._dialect, GivenToken(token))

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        files: Any = None,
        data: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One call; a token that turns out to be bad is renewed and the call repeated, once.

        `body` is sent as JSON in raw UTF-8 (WeCom refuses escaped characters). Raises PlatformError.
        """
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        for renewed in (False, True):
            token = self._tokens.get() if self._tokens else ""
            query, headers = self._dialect.authorise(token) if token else ({}, {})
            if content is not None:
                headers["Content-Type"] = "application/json; charset=utf-8"
            request = self._client.build_request(
                method,
                self._base + path,
                params={**(params or {}), **query},
                headers=headers,
                content=content,
                files=files,
                data=data,
                timeout=TIMEOUT,
            )
            response = self._exchange(request)
            fault = self._dialect.fault(response)
            if fault is None:
                return response
            act, wait = self._verdict(fault, response)
            if act is not Act.REFRESH or renewed or self._tokens is None:
                raise _error(act, fault, fault.wait if fault.wait is not None else wait)
            self._tokens.forget(token)
        raise AssertionError("unreachable")

    def json(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        """`call` for an endpoint that answers with a JSON object."""
        return read_object(self.call(method, path, **how))

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        # The URL can hold a token: the error names the path alone.
        try:
            response = self._client.send(request)
        except httpx.HTTPError as error:
            raise PlatformError(f"{request.method} {request.url.path}: {type(error).__name__}") from None
        if len(response.content) > MAX_ANSWER:
            raise PlatformError(f"{request.method} {request.url.path}: answer too large", permanent=True)
        return response

    def _verdict(self, fault: Fault, response: httpx.Response) -> tuple[Act, float | None]:
        known = self._dialect.acts.get(fault.code)
        if known is not None:
            return known
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Act.RETRY, None
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return Act.RETRY, 1.0
        return Act.GIVE_UP, None


def _error(act: Act, fault: Fault, wait: float | None) -> PlatformError:
    return PlatformError(
        f"{fault.code} {fault.message[:200]}",
        code=fault.code,
        permanent=act is Act.GIVE_UP,
        # A token that is bad twice is the platform's trouble or a wrong secret: later, not at once.
        retry_after=60.0 if act is Act.REFRESH else wait,
        unreachable=act is Act.RECIPIENT,
        replace=act is Act.REPLACE,
        config=act is Act.CONFIG,
    )


def read_object(response: httpx.Response) -> dict[str, Any]:
    """The JSON object in a response; anything else is the platform's (passing) trouble."""
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise PlatformError(f"{response.request.url.path}: the answer is not a JSON object")
    return found
