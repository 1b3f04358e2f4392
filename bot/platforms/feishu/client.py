"""Every call we make to Feishu. Raises PlatformError, as `errors.ACTS` says."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import httpx

from bot.outbound import Act, Api, Fault
from bot.platforms.feishu.errors import ACTS
from bot.tokens import Token, Tokens, TokenStore
from cards import pictures
from cards.model import Picture
from handlers.ports import Address, Download, File, PlatformError

# With half an hour left the platform begins to hand out a new token; before that it repeats the old one.
TOKEN_MARGIN = 1800.0
PICTURE_SECONDS = 7 * 24 * 3600.0  # image keys do not expire; most cards are not changed any more after a week

_IDS = {"user_id_type": "open_id", "department_id_type": "open_department_id"}
_FILE_TYPES = {"pdf": "pdf", "doc": "doc", "docx": "doc", "xls": "xls", "xlsx": "xls", "ppt": "ppt", "pptx": "ppt"}


class Dialect:
    """How Feishu carries its token and reports errors: by `code` in the body, whatever the HTTP status."""

    acts: Mapping[str, tuple[Act, float | None]] = ACTS

    def authorise(self, token: str) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {"Authorization": f"Bearer {token}"}

    def fault(self, response: httpx.Response) -> Fault | None:
        # A person's file may be JSON with a "code" in it: a download is not an answer.
        body = {} if "content-disposition" in response.headers else _body(response)
        code = body.get("code", 0 if response.is_success else response.status_code)
        if str(code) == "0":  # the sign-in endpoints are documented with a number, and seen with a text
            return None
        # "ErrorValue" repeats a piece of the card: somebody's words, and not for a log.
        message = str(body.get("msg", "")).partition("; ErrorValue")[0]
        trace = response.headers.get("x-tt-logid", "")
        return Fault(str(code), f"{message} {trace}".strip(), _wait(response))


class Client:
    """The app's calls. A message is its msg_type and its content."""

    def __init__(self, base: str, app_id: str, app_secret: str, http: httpx.Client, store: TokenStore) -> None:
        self._credentials = {"app_id": app_id, "app_secret": app_secret}
        self._store = store
        self._open = Api(base, http, Dialect())
        self._api = Api(base, http, Dialect(), Tokens(f"feishu:{app_id}", self._fetch_token, store, TOKEN_MARGIN))

    def _fetch_token(self) -> Token:
        found = self._open.json("POST", "/open-apis/auth/v3/tenant_access_token/internal", body=self._credentials)
        token, expire = found.get("tenant_access_token"), found.get("expire")
        if not isinstance(token, str) or not isinstance(expire, int | float):
            raise PlatformError("the token endpoint answered without a token")
        return Token(token, float(expire))

    def send(self, to: Address, kind: str, content: Mapping[str, Any], uuid: str) -> str:
        """The new message's id. The same uuid makes one message only, for an hour."""
        by, whom = ("chat_id", to.group) if to.group else ("open_id", to.account)
        body = {"receive_id": whom, "msg_type": kind, "content": _dump(content), "uuid": uuid}
        return self._id("message_id", "/im/v1/messages", params={"receive_id_type": by}, body=body)

    def reply(self, message: str, kind: str, content: Mapping[str, Any], uuid: str) -> str:
        body = {"msg_type": kind, "content": _dump(content), "uuid": uuid}
        return self._id("message_id", f"/im/v1/messages/{_part(message)}/reply", body=body)

    def patch(self, message: str, card: Mapping[str, Any]) -> None:
        """Put a card in the place of one of ours; possible for 14 days."""
        self._call("PATCH", f"/im/v1/messages/{_part(message)}", body={"content": _dump(card)})

    def patch_by_token(self, token: str, card: Mapping[str, Any]) -> None:
        """The same with the token of a press: within 30 minutes, twice, and only after the press was answered."""
        self._call("POST", "/interactive/v1/card/update", body={"token": token, "card": card})

    def upload(self, file: File) -> tuple[str, dict[str, str]]:
        """Upload; the message to send then."""
        mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        part = (file.name, file.content, mime)
        if file.kind == "image":
            fields = {"image_type": "message"}
            key = self._id("image_key", "/im/v1/images", data=fields, files={"image": part})
            return "image", {"image_key": key}
        fields = {"file_type": _file_type(file.name), "file_name": file.name}
        return "file", {"file_key": self._id("file_key", "/im/v1/files", data=fields, files={"file": part})}

    def picture(self, picture: Picture) -> str:
        """The image_key of a card's picture, uploaded where it was not before."""
        key = self.known_picture(picture)
        if key is None:
            key = self.upload(File("image", f"{picture.kind}.png", pictures.png(picture)))[1]["image_key"]
            self._store.write(self._name_of(picture), Token(key, PICTURE_SECONDS))
        return key

    def known_picture(self, picture: Picture) -> str | None:
        return self._store.read(self._name_of(picture))

    def _name_of(self, picture: Picture) -> str:
        digest = sha256(pictures.svg(picture).encode()).hexdigest()
        return f"feishu:{self._credentials['app_id']}:picture:{digest}"

    def resource(self, message: str, kind: str, key: str) -> Download:
        """A picture or file somebody sent us."""
        path = f"/open-apis/im/v1/messages/{_part(message)}/resources/{_part(key)}"
        response = self._api.call("GET", path, params={"type": kind})
        mime = response.headers.get("content-type", "").partition(";")[0] or "application/octet-stream"
        return Download(key, mime, response.content)

    def user_token(self, code: str, back: str) -> str:
        """The token of whoever came back from the sign-in page to `back`; the code is used up."""
        app = {"client_id": self._credentials["app_id"], "client_secret": self._credentials["app_secret"]}
        body = {**app, "grant_type": "authorization_code", "code": code, "redirect_uri": back}
        return str(self._open.json("POST", "/open-apis/authen/v2/oauth/token", body=body).get("access_token", ""))

    def signed_in(self, user_token: str) -> dict[str, Any]:
        """The person a user token belongs to."""
        return _object(self._open.named(user_token).json("GET", "/open-apis/authen/v1/user_info").get("data"))

    def bot(self) -> dict[str, Any]:
        return _object(self._call("GET", "/bot/v3/info").get("bot"))

    def scope(self) -> tuple[list[str], list[str]]:
        """Departments and single people whose data the app may read."""
        pages = list(self._pages("/contact/v3/scopes"))
        departments, people = (
            [one for page in pages for one in page.get(name) or ()] for name in ("department_ids", "user_ids")
        )
        return departments, people

    def department(self, id: str) -> dict[str, Any]:
        found = self._call("GET", f"/contact/v3/departments/{_part(id)}", params=_IDS)
        return _object(_object(found.get("data")).get("department"))

    def departments_below(self, id: str) -> Iterator[dict[str, Any]]:
        for page in self._pages(f"/contact/v3/departments/{_part(id)}/children", fetch_child="true"):
            yield from page.get("items") or ()

    def user(self, id: str) -> dict[str, Any]:
        found = self._call("GET", f"/contact/v3/users/{_part(id)}", params=_IDS)
        return _object(_object(found.get("data")).get("user"))

    def users_in(self, department: str) -> Iterator[dict[str, Any]]:
        """Direct members, a page at a time."""
        for page in self._pages("/contact/v3/users/find_by_department", department_id=department):
            yield from page.get("items") or ()

    def _pages(self, path: str, **params: str) -> Iterator[dict[str, Any]]:
        asked = {**_IDS, **params, "page_size": "50"}
        while True:
            page = _object(self._call("GET", path, params=asked).get("data"))
            yield page
            following = page.get("page_token")
            # A token that comes again would make us turn the same page for ever.
            if not page.get("has_more") or not following or following == asked.get("page_token"):
                return
            asked["page_token"] = following

    def _id(self, name: str, path: str, **how: Any) -> str:
        found = _object(self._call("POST", path, **how).get("data")).get(name)
        if not isinstance(found, str):
            raise PlatformError(f"{path}: the answer has no {name}")
        return found

    def _call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        return self._api.json(method, f"/open-apis{path}", **how)


def _dump(content: Mapping[str, Any]) -> str:
    """The JSON inside the JSON: messages carry their content as a string."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _part(id: str) -> str:
    return quote(id, safe="")


def _object(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        return _object(response.json())
    except ValueError:
        return {}


def _wait(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["x-ogw-ratelimit-reset"]))
    except (KeyError, ValueError):
        return None


def _file_type(name: str) -> str:
    return _FILE_TYPES.get(PurePath(name).suffix.removeprefix(".").lower(), "stream")
