from __future__ import annotations

import re
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient

from bot import simulator
from bot.simulator.world import Exchange
from tests.simulator.conftest import NOW, Stage

ASSETS = sorted(Path(simulator.__file__).parent.glob("static/*")) + sorted(
    Path(simulator.__file__).parent.glob("templates/*")
)
LI, WANG = "lilei.wecom", "wangfang.wecom"


def test_the_state_tells_platforms_people_menus_and_bubbles(stage: Stage, client: FlaskClient) -> None:
    stage.world.post("wecom", LI, "bot", "text", {"text": "已记"})
    state = client.get("/sim/state").get_json()
    wecom = state["platforms"][0]
    assert [platform["name"] for platform in state["platforms"]] == ["wecom", "dingtalk", "feishu"]
    assert wecom["menu"] == [{"label": "我的目标", "key": "goals"}]
    assert wecom["accounts"][0] == {
        "id": LI,
        "name": "李雷",
        "department": "总部/华东销售部",
        "person": "lilei",
        "manager": WANG,
    }
    assert [(bubble["author"], bubble["kind"], bubble["content"]) for bubble in state["bubbles"]] == [
        ("bot", "text", {"text": "已记"})
    ]
    assert state["unread"] == {"wecom": {LI: 1}, "dingtalk": {}, "feishu": {}}
    assert state["now"] == NOW.isoformat()


def test_the_state_waits_until_there_is_something_newer(stage: Stage, client: FlaskClient) -> None:
    known = client.get("/sim/state").get_json()["version"]
    later = threading.Timer(0.2, stage.world.post, ("wecom", LI, "bot", "text", {"text": "后来"}))
    later.start()
    started = time.monotonic()
    state = client.get(f"/sim/state?since={known}").get_json()
    later.join()
    assert 0.1 < time.monotonic() - started < 10
    assert [bubble["content"]["text"] for bubble in state["bubbles"]] == ["后来"]


def test_a_view_limits_the_bubbles_to_the_chats_looked_at(stage: Stage, client: FlaskClient) -> None:
    for account in (LI, WANG):
        stage.world.post("wecom", account, "bot", "text", {"text": account})
    state = client.get(f"/sim/state?view=wecom:{WANG}&view=feishu:").get_json()
    assert [bubble["account"] for bubble in state["bubbles"]] == [WANG]
    assert state["unread"]["wecom"] == {LI: 1, WANG: 1}


@pytest.mark.parametrize(
    ("order", "body", "done"),
    [
        ("say", {"text": "续约率到82%了"}, ("say", LI, "续约率到82%了")),
        ("voice", {"transcript": "八十二"}, ("voice", LI, "八十二")),
        ("open", {}, ("open", LI)),
        ("menu", {"key": "goals"}, ("menu", LI, "goals")),
    ],
)
def test_what_a_person_does_reaches_the_platform(
    stage: Stage, client: FlaskClient, order: str, body: dict[str, str], done: tuple[str, ...]
) -> None:
    assert client.post(f"/sim/wecom/{order}", json={"account": LI, **body}).status_code == 200
    assert stage.sides["wecom"].done == [done]


def test_a_picture_reaches_the_platform_as_it_was(stage: Stage, client: FlaskClient) -> None:
    form = {"account": LI, "picture": (BytesIO(b"\x89PNG..."), "现场.png", "image/png")}
    assert client.post("/sim/wecom/picture", data=form).status_code == 200
    assert stage.sides["wecom"].done == [("picture", LI, "现场.png", b"\x89PNG...")]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"<svg/>", "image/svg+xml", 400), (b"", "image/png", 413), (b"x" * (10 * 1024 * 1024 + 1), "image/png", 413)],
)
def test_what_is_no_picture_is_refused(
    stage: Stage, client: FlaskClient, content: bytes, kind: str, status: int
) -> None:
    form = httpx.Request("POST", "http://x", data={"account": LI}, files={"picture": ("x", content, kind)})
    response = client.post("/sim/wecom/picture", data=form.read(), content_type=form.headers["Content-Type"])
    assert response.status_code == status
    assert stage.sides["wecom"].done == []


def test_a_press_is_answered_with_the_toast(stage: Stage, client: FlaskClient) -> None:
    bubble = stage.world.post("wecom", LI, "bot", "card", {})
    stage.sides["wecom"].answer = lambda _: "已同意"
    body = {"account": LI, "bubble": bubble.id, "press": {"key": "approve?request=R-12"}}
    assert client.post("/sim/wecom/press", json=body).get_json() == {"toast": "已同意"}
    assert stage.sides["wecom"].done == [("press", LI, bubble.id, {"key": "approve?request=R-12"})]


def test_nobody_presses_on_somebody_elses_message(stage: Stage, client: FlaskClient) -> None:
    bubble = stage.world.post("wecom", WANG, "bot", "card", {})
    for platform, account in (("wecom", LI), ("feishu", "lilei.feishu")):
        body = {"account": account, "bubble": bubble.id, "press": {}}
        assert client.post(f"/sim/{platform}/press", json=body).status_code == 404
    assert stage.sides["wecom"].done == []


def test_reading_clears_what_is_unread_in_that_chat_only(stage: Stage, client: FlaskClient) -> None:
    for account in (LI, WANG):
        stage.world.post("wecom", account, "bot", "text", {"text": "x"})
    client.post("/sim/wecom/read", json={"account": LI})
    assert client.get("/sim/state").get_json()["unread"]["wecom"] == {WANG: 1}


def test_faults_are_set_one_by_one_and_seen_in_the_state(stage: Stage, client: FlaskClient) -> None:
    client.post("/sim/feishu/faults", json={"duplicate": 2})
    client.post("/sim/feishu/faults", json={"delay": 1.5})
    faults = client.get("/sim/state").get_json()["faults"]
    assert (faults["feishu"]["duplicate"], faults["feishu"]["delay"]) == (2, 1.5)
    assert faults["wecom"]["duplicate"] == 0
    assert stage.world.take("feishu", "duplicate")


@pytest.mark.parametrize("body", [{"duplicate": -1}, {"duplicate": 51}, {"delay": 61}, {"fire": 1}, {"delay": "1"}])
def test_a_wrong_fault_changes_nothing(stage: Stage, client: FlaskClient, body: dict[str, Any]) -> None:
    assert client.post("/sim/feishu/faults", json={"rate_limit": 3, **body}).status_code == 400
    assert stage.world.faults["feishu"].rate_limit == 0


def test_pictures_are_shown_and_everything_else_is_downloaded(stage: Stage, client: FlaskClient) -> None:
    shown = client.get(f"/sim/media/{stage.world.keep_media('图.png', 'image/png', b'png')}")
    saved = client.get(f"/sim/media/{stage.world.keep_media('x.html', 'text/html', b'<script>')}")
    assert (shown.mimetype, shown.data) == ("image/png", b"png")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert saved.mimetype == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/sim/media/none").status_code == 404


def test_traffic_is_read_on_from_the_last_one_known(stage: Stage, client: FlaskClient) -> None:
    for number in (1, 2, 3):
        stage.world.record(
            Exchange(number, "wecom", "to_bot", NOW, "POST", "http://bot/callback", {"A": "b"}, "<xml/>", 200, "", 1.5)
        )
    exchanges = client.get("/sim/traffic?after=1").get_json()["exchanges"]
    assert [one["id"] for one in exchanges] == [2, 3]
    assert exchanges[0]["request_headers"] == {"A": "b"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/sim/slack/say", {"account": LI, "text": "x"}, 404),
        ("/sim/wecom/say", {"account": "nobody", "text": "x"}, 404),
        ("/sim/wecom/say", {"account": ["list"], "text": "x"}, 404),
        ("/sim/wecom/say", {"account": LI, "text": " "}, 400),
        ("/sim/wecom/say", {"account": LI, "text": "x" * 5001}, 400),
        ("/sim/wecom/say", {"account": LI, "text": 5}, 400),
        ("/sim/wecom/say", ["list"], 400),
        ("/sim/wecom/menu", {"account": LI, "key": "none"}, 404),
        ("/sim/wecom/press", {"account": LI, "bubble": "b0", "press": {}}, 404),
    ],
)
def test_a_wrong_order_is_refused_with_a_sentence(
    stage: Stage, client: FlaskClient, path: str, body: object, status: int
) -> None:
    response = client.post(path, json=body)
    assert response.status_code == status
    assert response.get_json()["error"].endswith(".")
    assert stage.sides["wecom"].done == []


def test_a_press_must_be_an_object(stage: Stage, client: FlaskClient) -> None:
    bubble = stage.world.post("wecom", LI, "bot", "card", {})
    body = {"account": LI, "bubble": bubble.id, "press": "approve"}
    assert client.post("/sim/wecom/press", json=body).status_code == 400


@pytest.mark.parametrize("path", ["/sim/state?since=x", "/sim/traffic?after=1e9"])
def test_a_number_must_be_one(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {"Host": "maibo.example"}},
        {"headers": {"Origin": "http://evil.example"}},
        {"environ_base": {"REMOTE_ADDR": "10.0.0.7"}},
    ],
)
def test_the_page_and_its_control_are_for_this_machine_only(client: FlaskClient, how: dict[str, Any]) -> None:
    assert client.get("/", **how).status_code == 403
    assert client.get("/sim/state", **how).status_code == 403
    assert client.get("/wecom/ping", **how).data == b"pong"


def test_the_page_allows_itself_nothing_from_elsewhere(client: FlaskClient) -> None:
    response = client.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("asset", ASSETS, ids=lambda path: path.name)
def test_an_asset_names_no_other_site_and_writes_no_html(asset: Path) -> None:
    text = asset.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://[\w]|@import|url\(", text.replace("url_for(", ""))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_the_clock_moves_where_it_can_be_moved(stage: Stage, client: FlaskClient) -> None:
    jumps: list[str] = []
    assert client.post("/sim/clock", json={"jump": "day"}).status_code == 409
    stage.world.travel = jumps.append
    assert client.post("/sim/clock", json={"jump": "friday"}).status_code == 200
    assert client.post("/sim/clock", json={"jump": "year"}).status_code == 400
    assert jumps == ["friday"]


def test_a_phone_scans_in_a_browser_where_its_person_is_logged_in(client: FlaskClient) -> None:
    scanned = {"account": "lilei.wecom", "url": "http://127.0.0.1:8001/f/lilei.aaaaaaaa"}
    answer = client.get("/sim/wecom/scan", query_string=scanned)
    assert answer.headers["Location"] == scanned["url"]
    assert answer.headers["Set-Cookie"].startswith("simulated_wecom=lilei.wecom;")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/f/x", "javascript:alert(1)", "", "/f/x"])
def test_a_phone_scans_nothing_that_is_elsewhere(client: FlaskClient, url: str) -> None:
    assert client.get("/sim/wecom/scan", query_string={"account": "lilei.wecom", "url": url}).status_code == 400
