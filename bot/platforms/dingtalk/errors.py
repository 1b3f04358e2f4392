"""DingTalk's two ways of reporting an error, and what each code asks of us.

New API: HTTP status ≥ 400 and `{"code", "message", "requestid"}`. Old API: HTTP 200 and `errcode`, where 88 hides
the real code in `sub_code`. Codes that are not listed mean a bad request: trying again cannot help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from bot.outbound import Act, Fault

BUSY_CODE = "88"  # without a sub_code: the server behind the gateway did not answer
BLOCKED_IP = "1111"
NO_CODE = "http."

_DENIED = "Forbidden.AccessDenied."


def _table(act: Act, wait: float | None, codes: Iterable[str]) -> dict[str, tuple[Act, float | None]]:
    return dict.fromkeys(codes, (act, wait))


ACTS: Mapping[str, tuple[Act, float | None]] = {
    **_table(
        Act.REFRESH,
        None,
        ("40014", "42001", "40001", "33001", "InvalidAuthentication", "invalidParameter.token.invalid", "http.401"),
    ),
    **_table(
        Act.CONFIG,
        None,
        (
            "invalidClientIdOrSecret",
            "invalid.client",
            "unauthorized.client",
            "40089",
            "60011",
            f"{_DENIED}AccessTokenPermissionDenied",
            "60020",
            f"{_DENIED}IpNotInWhiteList",
            "50002",
            "50004",
            "invalidParameter.robotCode.empty",
            "invalidParameter.robotCode.notExsit",
            "invalidParameter.robotCode.auth",
            "robot.oto.notExist",
            "chatbotId.notAllow.sendOTO",
            "bot.stopped",
            "param.cardTemplateIdEmpty",
            "param.templateNotExist",
            "param.templateUnpublished",
        ),
    ),
    **_table(
        Act.RECIPIENT,
        None,
        (
            "33012",
            "60121",
            "staffId.notExisted",
            "param.userIdNotExist",
            "invalid.openConversationId",
            "group.disbanded",
        ),
    ),
    **_table(Act.REPLACE, None, ("param.cardNotExist",)),
    **_table(
        Act.RETRY, None, ("-1", BUSY_CODE, "15", "500", "system.error", "system.busy", "server.error", "http.504")
    ),
    **_table(Act.RETRY, 1.0, ("90018", f"{_DENIED}QpsLimitForAppkeyAndApi")),
    **_table(Act.RETRY, 4.0, ("90002", f"{_DENIED}QpsLimitForApi")),
    **_table(
        Act.RETRY,
        60.0,
        (
            f"{_DENIED}QpmLimitForAppkeyAndApi",
            "send.too.fast",
            "send.byToken.tooFast",
            "too.many.people",
            "too.many.group",
            "410100",
            "130101",
            "302033",
            "143103",
            "143104",
        ),
    ),
    **_table(Act.RETRY, 300.0, (BLOCKED_IP, *(str(code) for code in range(90003, 90015)))),
    # The month's quota of the whole organisation is used up, or the day's messages to one person.
    **_table(Act.RETRY, 3600.0, ("90020", f"{_DENIED}ApiCountLimitForOrg", "143105")),
    **_table(
        Act.GIVE_UP,
        None,
        (
            "40004",
            "40005",
            "40006",
            "40007",
            "43004",
            "43008",
            "43009",
            "40035",
            "400002",
            "40078",
            "60003",
            "34016",
            "invalidParameter.userIds.empty",
            "invalidParameter.userIds.overMax",
            "invalidParameter.msgKey.empty",
            "invalidParameter.msgKey.invalid",
            "invalidParameter.msgParam.invalid",
            "invalidParameter.msgParam.tooLong",
            "invalidParameter.robotCode.downloadCode",
            "session.expired",
            "300001",
            "310000",
            "1430002",
            "430101",
            "430102",
            "430103",
            "430104",
            "143106",
            "contain.notAllowed.text",
            "contain.notAllowed.picture",
            "contain.notAllowed.content",
            "contain.unsafe.url",
            "unsupported.grant.type",
            "param.empty",
            "param.invalid",
            "param.outTrackIdEmpty",
            "param.cardPublicDataEmpty",
            "param.cardDataAndPrivateDataBothEmpty",
            "param.openSpaceIdEmpty",
            "param.openSpaceIdInvalid",
            "param.openSpaceModelInvalid",
            "param.openDeliverModelEmpty",
            "param.openDeliverModelError",
            "param.userIdEmpty",
            "param.contentUnsafe",
            "param.cardAlreadyExist",
            "param.callbackRouteKeyExist",
        ),
    ),
}


class NewDialect:
    """`api.dingtalk.com`: the token in a header."""

    acts = ACTS

    def authorise(self, token: str) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {"x-acs-dingtalk-access-token": token}

    def fault(self, response: httpx.Response) -> Fault | None:
        answer = _object(response)
        if _is_block(answer):
            return _blocked(answer)
        if response.is_success and answer.get("success", True) is True:
            return None
        code = str(answer.get("code") or f"{NO_CODE}{response.status_code}")
        return Fault(code, _message(answer))


class OldDialect:
    """`oapi.dingtalk.com`: the token in the query."""

    acts = ACTS

    def authorise(self, token: str) -> tuple[dict[str, str], dict[str, str]]:
        return {"access_token": token}, {}

    def fault(self, response: httpx.Response) -> Fault | None:
        answer = _object(response)
        if _is_block(answer):
            return _blocked(answer)
        code = str(answer.get("errcode", "" if response.is_success else f"{NO_CODE}{response.status_code}"))
        if code in ("0", ""):
            return None
        hidden = str(answer.get("sub_code") or "") if code == BUSY_CODE else ""
        return Fault(hidden or code, str(answer.get("sub_msg") or answer.get("errmsg") or ""))


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_block(answer: Mapping[str, Any]) -> bool:
    return str(answer.get("status")) == BLOCKED_IP and "punish" in answer


def _blocked(answer: Mapping[str, Any]) -> Fault:
    """Too many calls from this address; `wait` is in minutes."""
    wait = answer.get("wait")
    return Fault(BLOCKED_IP, "too many calls from this address", 60.0 * wait if isinstance(wait, int) else None)


def _message(answer: Mapping[str, Any]) -> str:
    """The server's sentence, with the missing permissions where it names them."""
    detail = answer.get("accessdenieddetail")
    scopes = detail.get("requiredScopes") if isinstance(detail, dict) else None
    said = str(answer.get("message") or "")
    return f"{said} (missing permission: {', '.join(map(str, scopes))})" if isinstance(scopes, list) else said
