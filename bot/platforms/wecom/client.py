"""The calls to WeCom's API (`/cgi-bin/…`) for one app. Every one may raise PlatformError."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.outbound import Api, Fault, read_object
from bot.platforms.wecom.errors import CALLS, TOKENS, Acts
from bot.settings import WeComSettings
from bot.tokens import Token, Tokens, TokenStore
from handlers.ports import PlatformError

REPEAT_SECONDS = 4 * 3600  # the longest time in which WeCom drops a repeated message
REFUSED_SECONDS = 60.0  # no new try with a secret that was refused

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Errors come with status 200, the token goes into the query."""

    acts: Acts = field(default_factory=lambda: CALLS)

    def authorise(self, token: str) -> tuple[dict[str, str], dict[str, str]]:
        return {"access_token": token}, {}

    def fault(self, response: httpx.Response) -> Fault | None:
        if response.status_code != httpx.codes.OK:
            return Fault(f"HTTP {response.status_code}", "")
        if "content-disposition" in response.headers:
            return None  # a file, which may be JSON itself
        answer = read_object(response)
        code = answer.get("errcode", 0)
        return Fault(str(code), str(answer.get("errmsg", ""))) if code != 0 else None


class Client:
    """One app of one corp."""

    def __init__(self, settings: WeComSettings, http: httpx.Client, store: TokenStore) -> None:
        self._settings = settings
        self._agent = int(settings.agent_id)
        self._store = store
        self._name = f"wecom:{settings.corp_id}:{settings.agent_id}"
        self._entrance = Api(settings.api_base, http, Dialect(TOKENS))
        self._api = Api(settings.api_base, http, Dialect(), Tokens(self._name, self._token, store))

    def send(self, account: str, message: Json) -> Json:
        """One message to one member. The same again within some hours is not shown: a card by its task_id, else so."""
        once = {"enable_duplicate_check": 1, "duplicate_check_interval": REPEAT_SECONDS}
        body = {"touser": account, "agentid": self._agent, **message, **({} if "template_card" in message else once)}
        answer = self._api.json("POST", "/cgi-bin/message/send", body=body)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise PlatformError("the member cannot be reached", code="invaliduser", unreachable=True)
        return answer

    def update_card(self, account: str, response_code: str, card: Json) -> None:
        body = {"userids": [account], "agentid": self._agent, "response_code": response_code, "template_card": card}
        self._api.call("POST", "/cgi-bin/message/update_template_card", body=body)

    def upload(self, kind: str, name: str, content: bytes) -> str:
        """Keep a file at WeCom for three days; its media_id."""
        files = {"media": (name, content, "application/octet-stream")}
        answer = self._api.json("POST", "/cgi-bin/media/upload", params={"type": kind}, files=files)
        return str(answer.get("media_id", ""))

    def remembered(self, name: str) -> str | None:
        return self._store.read(f"{self._name}:{name}")

    def remember(self, name: str, value: str, seconds: float) -> None:
        self._store.write(f"{self._name}:{name}", Token(value, seconds))

    def forget(self, name: str) -> None:
        self._store.drop(f"{self._name}:{name}")

    def media(self, media_id: str) -> httpx.Response:
        return self._api.call("GET", "/cgi-bin/media/get", params={"media_id": media_id})

    def departments(self) -> Sequence[Json]:
        return _objects(self._api.json("GET", "/cgi-bin/department/list"), "department")

    def members(self, department: int) -> Sequence[Json]:
        """Those directly in a department."""
        query = {"department_id": str(department)}
        return _objects(self._api.json("GET", "/cgi-bin/user/list", params=query), "userlist")

    def member(self, userid: str) -> Json:
        return self._api.json("GET", "/cgi-bin/user/get", params={"userid": userid})

    def signed_in(self, code: str) -> Json:
        """Who came back from the sign-in page: a member has a `userid`, anybody else an `openid`."""
        return self._api.json("GET", "/cgi-bin/auth/getuserinfo", params={"code": code})

    def agent(self) -> Json:
        return self._api.json("GET", "/cgi-bin/agent/get", params={"agentid": str(self._agent)})

    def create_menu(self, menu: Json) -> None:
        self._api.call("POST", "/cgi-bin/menu/create", params={"agentid": str(self._agent)}, body=menu)

    def _token(self) -> Token:
        refused = self.remembered("refused")
        if refused:
            raise PlatformError(f"{refused} (not tried again for a minute)", code=refused.split()[0], config=True)
        query = {"corpid": self._settings.corp_id, "corpsecret": self._settings.secret.get_secret_value()}
        try:
            answer = self._entrance.json("GET", "/cgi-bin/gettoken", params=query)
        except PlatformError as error:
            if error.config:
                self.remember("refused", str(error), REFUSED_SECONDS)
            raise
        return Token(str(answer.get("access_token", "")), float(answer.get("expires_in", 0)))


def _objects(answer: Json, name: str) -> list[Json]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
