"""The calls we make, one method each. Every one may raise PlatformError."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from bot.outbound import TIMEOUT, Api
from bot.platforms.dingtalk.errors import NewDialect, OldDialect
from bot.settings import DingTalkSettings
from bot.tokens import Token, Tokens, TokenStore
from handlers.ports import Address, PlatformError

ROUTE_KEY = "maibo"  # names our callback address to the card platform
ROOT_DEPARTMENT = 1
OUTSIDE_CONTACT = 1  # `contact_type` of a customer in the address book
PAGE = 100  # people a page
NOTICE_BYTES = 2048
NOTICE_PEOPLE = 100
FLOW_CONTROL_SECONDS = 60.0


class DingTalkClient:
    """One internal app: `api` is the new host, `oapi` the old one; both take the same token."""

    def __init__(self, settings: DingTalkSettings, http: httpx.Client, store: TokenStore) -> None:
        self._settings = settings
        self._http = http
        self._door = Api(settings.api_base, http, NewDialect())
        tokens = Tokens(f"dingtalk:{settings.app_key}", self._fetch_token, store)
        self._api = Api(settings.api_base, http, NewDialect(), tokens)
        self._oapi = Api(settings.oapi_base, http, OldDialect(), tokens)

    def _fetch_token(self) -> Token:
        body = {"appKey": self._settings.app_key, "appSecret": self._settings.app_secret.get_secret_value()}
        found = self._door.json("POST", "/v1.0/oauth2/accessToken", body=body)
        try:
            return Token(str(found["accessToken"]), float(found["expireIn"]))
        except (KeyError, TypeError, ValueError):
            raise PlatformError("the answer holds no access token") from None

    def send_message(self, to: Address, kind: str, param: Mapping[str, str]) -> str:
        """A robot message by `msgKey`; returns the processQueryKey. There is no protection against doubles."""
        body: dict[str, Any] = {
            "robotCode": self._settings.robot_code,
            "msgKey": kind,
            "msgParam": json.dumps(param, ensure_ascii=False),
        }
        if to.group:
            body["openConversationId"] = to.group
            return str(self._api.json("POST", "/v1.0/robot/groupMessages/send", body=body).get("processQueryKey", ""))
        body["userIds"] = [to.account]
        answer = self._api.json("POST", "/v1.0/robot/oToMessages/batchSend", body=body)
        _check_delivery(answer, to.account)
        return str(answer.get("processQueryKey", ""))

    def send_card(self, to: Address, track: str, values: Mapping[str, str], summary: Mapping[str, str]) -> None:
        """Create a card and deliver it. `track` is ours: the same one a second time means it arrived the first time."""
        body: dict[str, Any] = {
            "cardTemplateId": self._settings.card_template_id,
            "outTrackId": track,
            "userIdType": 1,
            "callbackType": "HTTP",
            "callbackRouteKey": ROUTE_KEY,
            "cardData": {"cardParamMap": values},
            **self._space(to, summary),
        }
        try:
            answer = self._api.json("POST", "/v1.0/card/instances/createAndDeliver", body=body)
        except PlatformError as error:
            if error.code == "param.cardAlreadyExist":
                return
            raise
        _check_spaces(answer)

    def _space(self, to: Address, summary: Mapping[str, str]) -> dict[str, Any]:
        robot = self._settings.robot_code
        model = {"supportForward": False, "lastMessageI18n": dict(summary)}
        if to.group:
            return {
                "openSpaceId": f"dtv1.card//IM_GROUP.{to.group}",
                "imGroupOpenSpaceModel": model,
                "imGroupOpenDeliverModel": {"robotCode": robot},
            }
        notification = {"alertContent": next(iter(summary.values())), "notificationOff": False}
        return {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{to.account}",
            "imRobotOpenSpaceModel": {**model, "notification": notification},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot},
        }

    def update_card(self, track: str, values: Mapping[str, str]) -> None:
        body = {
            "outTrackId": track,
            "userIdType": 1,
            "cardData": {"cardParamMap": values},
            # Without it the variables that are not named would be emptied, the private ones too.
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        }
        self._api.json("PUT", "/v1.0/card/instances", body=body)

    def register_cards(self, url: str, api_secret: str) -> None:
        """Tell the card platform where presses go, and the secret it signs them with."""
        body = {"callbackRouteKey": ROUTE_KEY, "callbackUrl": url, "apiSecret": api_secret, "forceUpdate": True}
        self._api.json("POST", "/v1.0/card/callbacks/register", body=body)

    def upload(self, kind: str, name: str, content: bytes) -> str:
        """Keep a picture or file at the platform; returns its mediaId."""
        answer = self._oapi.json("POST", "/media/upload", params={"type": kind}, files={"media": (name, content)})
        return str(answer["media_id"])

    def download(self, code: str, most: int) -> tuple[bytes, str]:
        """Content and MIME type of what somebody sent; `most` bytes."""
        body = {"downloadCode": code, "robotCode": self._settings.robot_code}
        url = str(self._api.json("POST", "/v1.0/robot/messageFiles/download", body=body).get("downloadUrl", ""))
        try:
            with self._http.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as response:
                if not response.is_success:
                    raise PlatformError(f"download: HTTP {response.status_code}", permanent=response.is_client_error)
                return _read(response, most), response.headers.get("content-type", "").partition(";")[0]
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PlatformError(f"download: {type(error).__name__}") from None

    def notify(self, accounts: Sequence[str], title: str, text: str) -> str:
        """A work notification (工作通知) in markdown, from the app and not from the robot; returns the task id.

        The same text reaches a person once a day only, and the platform says nothing about it: let it hold a
        date or time. Not for what needs an answer.
        """
        message = {"msgtype": "markdown", "markdown": {"title": title[:64], "text": text}}
        if len(accounts) > NOTICE_PEOPLE or len(json.dumps(message, ensure_ascii=False).encode()) > NOTICE_BYTES:
            raise PlatformError("a notice goes to at most 100 people and has at most 2048 bytes", permanent=True)
        body = {"agent_id": int(self._settings.agent_id), "userid_list": ",".join(accounts), "msg": message}
        return str(self._old("/topapi/message/corpconversation/asyncsend_v2", body).get("task_id", ""))

    def department(self, department: int) -> dict[str, Any]:
        return self._result("/topapi/v2/department/get", {"dept_id": department})

    def departments_below(self, department: int) -> list[dict[str, Any]]:
        found = self._old("/topapi/v2/department/listsub", {"dept_id": department}).get("result")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def users_of(self, department: int) -> Iterator[dict[str, Any]]:
        """Everybody who is directly in a department."""
        cursor, following = -1, 0
        # A cursor that stands still would go round for ever.
        while following > cursor:
            cursor = following
            page = self._result("/topapi/v2/user/list", {"dept_id": department, "cursor": cursor, "size": PAGE})
            yield from page.get("list") or ()
            following = int(page.get("next_cursor") or 0) if page.get("has_more") else 0

    def user(self, account: str) -> dict[str, Any]:
        return self._result("/topapi/v2/user/get", {"userid": account})

    def user_token(self, code: str) -> str:
        """The token of whoever came back from the sign-in page; the code is used up."""
        app = {"clientId": self._settings.app_key, "clientSecret": self._settings.app_secret.get_secret_value()}
        body = {**app, "code": code, "grantType": "authorization_code"}
        return str(self._door.json("POST", "/v1.0/oauth2/userAccessToken", body=body).get("accessToken", ""))

    def me(self, user_token: str) -> dict[str, Any]:
        """The person a user token belongs to."""
        return self._door.named(user_token).json("GET", "/v1.0/contact/users/me")

    def account_of(self, union: str) -> str:
        """The userid of a member. PlatformError `unreachable` for somebody of another organisation."""
        found = self._result("/topapi/user/getbyunionid", {"unionid": union})
        if found.get("contact_type") == OUTSIDE_CONTACT or not found.get("userid"):
            raise PlatformError("not a member of this organisation", code="contact_type", unreachable=True)
        return str(found["userid"])

    def _old(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._oapi.json("POST", path, body=body)

    def _result(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._old(path, body).get("result")
        return found if isinstance(found, dict) else {}


def _read(response: httpx.Response, most: int) -> bytes:
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > most:
            raise PlatformError(f"download: more than {most} bytes", permanent=True)
    return bytes(content)


def _check_delivery(answer: Mapping[str, Any], account: str) -> None:
    """HTTP 200 does not mean delivered: the recipient can be in one of three lists."""
    if account in (answer.get("flowControlledStaffIdList") or ()):
        raise PlatformError("flow control", code="flowControlled", retry_after=FLOW_CONTROL_SECONDS)
    for name in ("invalidStaffIdList", "filteredStaffIdList"):
        if account in (answer.get(name) or ()):
            raise PlatformError(f"not delivered: {name}", code=name, unreachable=True)


def _check_spaces(answer: Mapping[str, Any]) -> None:
    """A card can be created and yet reach nobody. It is not tried again: from the second attempt on the platform
    only says that the card exists, which is also what it says after an answer that was lost."""
    result = answer.get("result")
    spaces = result.get("deliverResults") if isinstance(result, dict) else None
    failed = [one for one in spaces or () if isinstance(one, dict) and one.get("success") is not True]
    if failed:
        raise PlatformError(f"card not delivered: {str(failed[0].get('errorMsg'))[:200]}", unreachable=True)
