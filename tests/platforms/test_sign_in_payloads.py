"""Signing in against the platforms' answers as they are documented, and the addresses of the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_httpserver import HTTPServer

from bot.bootstrap import build
from bot.platforms.base import SignIn
from bot.simulator.world import PLATFORMS
from handlers.ports import PlatformError
from storage.database import Database
from tests.phones.browser import AGENTS
from tests.stories.town import settings_for

FIXTURES = Path(__file__).parents[1] / "fixtures"
BACK = "https://maibo.example.com/sign-in/here"
STATE = "a" * 32
TOKENS = {
    "/cgi-bin/gettoken": {"errcode": 0, "errmsg": "ok", "access_token": "app-token", "expires_in": 7200},
    "/v1.0/oauth2/accessToken": {"accessToken": "app-token", "expireIn": 7200},
}
# What each call is answered with when all goes well.
GOOD: dict[str, dict[str, str]] = {
    "wecom": {"/cgi-bin/auth/getuserinfo": "member"},
    "dingtalk": {
        "/v1.0/oauth2/userAccessToken": "token",
        "/v1.0/contact/users/me": "me",
        "/topapi/user/getbyunionid": "member",
    },
    "feishu": {"/open-apis/authen/v2/oauth/token": "token", "/open-apis/authen/v1/user_info": "user"},
}
CODE = {"wecom": "code", "dingtalk": "authCode", "feishu": "code"}

Answering = Callable[..., SignIn]


@pytest.fixture
def answering(httpserver: HTTPServer, sqlite_url: str) -> Answering:
    """A platform's sign-in, its server answering with fixtures."""

    def make(platform: str, instead: Mapping[str, str] = {}, status: int = 200) -> SignIn:
        for path, answer in TOKENS.items():
            httpserver.expect_request(path).respond_with_json(answer)
        for path, name in {**GOOD[platform], **instead}.items():
            answer = json.loads((FIXTURES / platform / "sign_in" / f"{name}.json").read_text())
            httpserver.expect_request(path).respond_with_json(answer, status if path in instead else 200)
        settings = settings_for([platform], httpserver.url_for("").rstrip("/"))
        return build(settings, database=Database(sqlite_url)).platforms[platform].sign_in

    return make


@pytest.mark.parametrize(("platform", "account"), [("wecom", "lin.a"), ("dingtalk", "lin.a"), ("feishu", "ou_lin")])
def test_a_member_is_known_by_the_account_that_messages_go_to(
    answering: Answering, platform: str, account: str
) -> None:
    assert answering(platform).who({CODE[platform]: "good-code", "state": STATE}, BACK) == account


@pytest.mark.parametrize(
    ("platform", "path", "name", "status"),
    [
        ("wecom", "/cgi-bin/auth/getuserinfo", "outsider", 200),
        ("dingtalk", "/topapi/user/getbyunionid", "outsider", 200),
        ("dingtalk", "/topapi/user/getbyunionid", "customer", 200),
        ("feishu", "/open-apis/authen/v2/oauth/token", "outsider", 400),
    ],
)
def test_an_outsider_is_nobody(answering: Answering, platform: str, path: str, name: str, status: int) -> None:
    with pytest.raises(PlatformError) as refused:
        answering(platform, {path: name}, status).who({CODE[platform]: "good-code"}, BACK)
    assert refused.value.unreachable


@pytest.mark.parametrize(
    ("platform", "path", "status"),
    [
        ("wecom", "/cgi-bin/auth/getuserinfo", 200),
        ("dingtalk", "/v1.0/oauth2/userAccessToken", 400),
        ("feishu", "/open-apis/authen/v2/oauth/token", 400),
    ],
)
def test_a_used_code_means_to_begin_anew(answering: Answering, platform: str, path: str, status: int) -> None:
    with pytest.raises(PlatformError) as refused:
        answering(platform, {path: "used_code"}, status).who({CODE[platform]: "spent"}, BACK)
    assert refused.value.permanent
    assert not refused.value.unreachable


def test_who_signs_in_is_asked_with_their_own_token_and_looked_up_with_ours(
    answering: Answering, httpserver: HTTPServer
) -> None:
    answering("dingtalk").who({"authCode": "good-code"}, BACK)
    asked = {request.path: request for request, _ in httpserver.log}
    assert asked["/v1.0/contact/users/me"].headers["x-acs-dingtalk-access-token"] == "user-token"
    assert asked["/topapi/user/getbyunionid"].args["access_token"] == "app-token"
    assert asked["/topapi/user/getbyunionid"].json == {"unionid": "union-1"}


def test_feishu_is_told_the_address_that_the_code_was_sent_to(answering: Answering, httpserver: HTTPServer) -> None:
    answering("feishu").who({"code": "good-code"}, BACK)
    assert httpserver.log[0][0].json["redirect_uri"] == BACK
    assert httpserver.log[1][0].headers["Authorization"] == "Bearer u-user-token"


REAL = [
    ("wecom", "https://qyapi.weixin.qq.com", "wecom", "https://open.weixin.qq.com/connect/oauth2/authorize"),
    ("wecom", "https://qyapi.weixin.qq.com", "", "https://login.work.weixin.qq.com/wwlogin/sso/login"),
    ("dingtalk", "https://api.dingtalk.com", "dingtalk", "https://login.dingtalk.com/oauth2/auth"),
    ("dingtalk", "https://api.dingtalk.io", "", "https://login.dingtalk.io/oauth2/auth"),
    ("feishu", "https://open.feishu.cn", "", "https://accounts.feishu.cn/open-apis/authen/v1/authorize"),
    ("feishu", "https://open.larksuite.com", "feishu", "https://accounts.larksuite.com/open-apis/authen/v1/authorize"),
]


@pytest.mark.parametrize(("platform", "base", "agent", "page"), REAL)
def test_the_real_pages_are_on_hosts_of_their_own(
    sqlite_url: str, platform: str, base: str, agent: str, page: str
) -> None:
    sign_in = build(settings_for([platform], base), database=Database(sqlite_url)).platforms[platform].sign_in
    url = urlsplit(sign_in.url(BACK, STATE, AGENTS[agent]))
    assert f"https://{url.netloc}{url.path}" == page
    query = parse_qs(url.query)
    assert (query["redirect_uri"], query["state"]) == ([BACK], [STATE])
    assert url.fragment == ("wechat_redirect" if "authorize" in url.path and platform == "wecom" else "")


def test_only_feishu_has_a_link_into_the_chat(sqlite_url: str) -> None:
    settings = settings_for(["feishu"], "https://open.feishu.cn")
    chat = build(settings, database=Database(sqlite_url)).platforms["feishu"].sign_in.chat
    assert chat == "https://applink.feishu.cn/client/bot/open?appId=cli_town"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_knows_its_own_browser_and_no_other(sqlite_url: str, platform: str) -> None:
    settings = settings_for([platform], "https://nowhere.example")
    sign_in = build(settings, database=Database(sqlite_url)).platforms[platform].sign_in
    assert [name for name, agent in AGENTS.items() if sign_in.is_inside(agent)] == [platform]
