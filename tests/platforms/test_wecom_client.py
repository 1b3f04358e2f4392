"""The adapter against the simulated server, over real HTTP on loopback: every call, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.outbound import Act
from bot.platforms.wecom.client import Dialect
from bot.platforms.wecom.errors import CALLS, TOKENS
from bot.platforms.wecom.platform import build
from bot.simulator.wecom.server import CODE_LIFE
from bot.tokens import MemoryTokens, Token
from cards.model import Button, Card
from handlers.events import Media
from handlers.ports import Address, File, Member, Outgoing, PlatformError, Sent, Update
from tests.gallery import APPROVAL, APPROVED, CARDS, LONG, PLAIN, RECORDED
from tests.platforms.wecom_rig import APP, Rig, platform, rig, settings

Json = dict[str, Any]

TO = Address("lin.a")
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "wecom"


@pytest.fixture
def wecom() -> Iterator[Rig]:
    with rig() as running:
        yield running


def outgoing(card: Card, key: str = "D-1", file: File | None = None) -> Outgoing:
    return Outgoing(key, TO, card, file)


def chat(wecom: Rig) -> list[Any]:
    return [bubble for bubble in wecom.world.chat("wecom", "lin.a") if bubble.author == "bot"]


def calls(wecom: Rig, path: str) -> int:
    return sum(path in exchange.path for exchange in wecom.world.traffic if exchange.direction == "from_bot")


@pytest.mark.parametrize("name", CARDS)
def test_every_card_is_taken_by_the_server(wecom: Rig, name: str) -> None:
    sent = wecom.platform.send(outgoing(CARDS[name]))
    bubble = chat(wecom)[-1]
    assert sent.message
    assert bool(sent.token) == (bubble.kind == "card")
    assert bubble.content.get("task_id", "D-1") == "D-1"


def test_a_long_card_comes_as_texts_and_a_card(wecom: Rig) -> None:
    wecom.platform.send(outgoing(LONG))
    assert [bubble.kind for bubble in chat(wecom)] == ["markdown", "markdown", "markdown", "card"]


def test_a_card_is_updated_once_and_then_has_to_be_replaced(wecom: Rig) -> None:
    sent = wecom.platform.send(outgoing(APPROVAL))
    updated = wecom.platform.update(Update("U-1", TO, APPROVED, sent))
    assert updated == Sent(sent.message)
    assert chat(wecom)[0].content["replace_text"] == "已同意"
    for token in ("", sent.token):
        with pytest.raises(PlatformError) as error:
            wecom.platform.update(Update("U-2", TO, APPROVED, Sent(sent.message, token)))
        assert error.value.replace
    assert calls(wecom, "update_template_card") == 2


def test_a_card_older_than_its_code_has_to_be_replaced(wecom: Rig) -> None:
    sent = wecom.platform.send(outgoing(APPROVAL))
    later = wecom.world.clock() + CODE_LIFE + timedelta(minutes=1)
    wecom.world.clock = lambda: later
    with pytest.raises(PlatformError) as error:
        wecom.platform.update(Update("U-1", TO, APPROVED, sent))
    assert (error.value.code, error.value.replace) == ("60140", True)


@pytest.mark.parametrize("card", [PLAIN, RECORDED, APPROVAL, LONG, APPROVED])
def test_an_answer_lost_on_the_way_does_not_double_a_message(wecom: Rig, card: Card) -> None:
    wecom.world.faults["wecom"].lose_answer = 1
    with pytest.raises(PlatformError) as error:
        wecom.platform.send(outgoing(card))
    assert not error.value.permanent
    assert wecom.platform.send(outgoing(card)).message
    once = len(chat(wecom))
    wecom.platform.send(outgoing(card, "D-2"))
    assert len(chat(wecom)) == 2 * once


def test_a_lost_answer_does_not_double_a_picture(wecom: Rig) -> None:
    picture = outgoing(Card(), file=File("image", "地图.png", PNG))
    wecom.world.faults["wecom"].lose_answer = 1
    with pytest.raises(PlatformError):
        wecom.platform.send(picture)
    wecom.platform.send(picture)
    assert [bubble.kind for bubble in chat(wecom)] == ["image"]


def test_a_picture_goes_out_as_its_fixture_says(wecom: Rig) -> None:
    wecom.platform.send(outgoing(Card(), file=File("image", "figures.png", PNG)))
    said = json.loads(wecom.world.traffic[-1].request_body)
    said["image"]["media_id"] = "MEDIA_ID"
    assert said == json.loads((FIXTURES / "picture.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (File("image", "地图.png", PNG), "image"),
        (File("image", "图.gif", b"GIF89a......"), "file"),
        (File("file", "目标.csv", b"id,name\n1,x"), "file"),
    ],
)
def test_a_file_arrives_with_its_name_and_content(wecom: Rig, file: File, kind: str) -> None:
    wecom.platform.send(outgoing(Card(), file=file))
    bubble = chat(wecom)[0]
    assert (bubble.kind, bubble.content["name"]) == (kind, file.name)
    assert wecom.world.media[bubble.content["media"]][2] == file.content


def test_a_file_that_expired_at_the_server_is_uploaded_again(wecom: Rig) -> None:
    store = MemoryTokens()
    with httpx.Client(trust_env=False) as http:
        store.write("wecom:wwcorp0001:1000002:media:D-1", Token("MEDIA-GONE", 60))
        platform(wecom.base, http, store).send(outgoing(Card(), file=File("image", "a.png", PNG)))
    assert [bubble.kind for bubble in chat(wecom)] == ["image"]


@pytest.mark.parametrize("content", [b"12345", b"x" * (20 * 1024 * 1024 + 1)])
def test_a_file_the_server_would_refuse_is_not_sent(wecom: Rig, content: bytes) -> None:
    with pytest.raises(PlatformError) as error:
        wecom.platform.send(outgoing(Card(), file=File("file", "x", content)))
    assert error.value.permanent
    assert not calls(wecom, "media/upload")


@pytest.mark.parametrize(("fault", "code", "wait"), [("server_error", "-1", None), ("rate_limit", "45009", 60.0)])
def test_a_passing_trouble_is_to_be_tried_later(wecom: Rig, fault: str, code: str, wait: float | None) -> None:
    wecom.platform.check()
    setattr(wecom.world.faults["wecom"], fault, 1)
    with pytest.raises(PlatformError) as error:
        wecom.platform.send(outgoing(PLAIN))
    assert (error.value.code, error.value.permanent, error.value.retry_after) == (code, False, wait)
    assert wecom.platform.send(outgoing(PLAIN)).message


def test_an_expired_token_is_renewed_once_and_the_message_sent_once(wecom: Rig) -> None:
    wecom.platform.check()
    wecom.world.faults["wecom"].expire_token = 1
    wecom.platform.send(outgoing(PLAIN))
    assert calls(wecom, "gettoken") == 2
    assert len(chat(wecom)) == 1


def test_tokens_that_expire_for_ever_end_the_attempt(wecom: Rig) -> None:
    wecom.world.faults["wecom"].expire_token = 50
    with pytest.raises(PlatformError) as error:
        wecom.platform.send(outgoing(PLAIN))
    assert (error.value.code, error.value.permanent) == ("42001", False)
    assert calls(wecom, "message/send") == 2


def test_eight_senders_fetch_one_token(wecom: Rig) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: wecom.platform.send(outgoing(PLAIN, f"D-{n}")), range(8)))
    assert calls(wecom, "gettoken") == 1
    assert len(chat(wecom)) == 8


def test_a_refused_secret_is_not_tried_again_at_once(wecom: Rig) -> None:
    wrong = settings(APP, wecom.base).model_copy(update={"secret": SecretStr("wrong")})
    with httpx.Client(trust_env=False) as http:
        mistaken = build(wrong, http, MemoryTokens(), None)
        for _ in range(3):
            with pytest.raises(PlatformError) as error:
                mistaken.send(outgoing(PLAIN))
            assert (error.value.code, error.value.config) == ("40001", True)
    assert calls(wecom, "gettoken") == 1


def test_nobody_of_that_name_cannot_be_reached(wecom: Rig) -> None:
    with pytest.raises(PlatformError) as error:
        wecom.platform.send(Outgoing("D-1", Address("nobody"), PLAIN))
    assert (error.value.code, error.value.unreachable) == ("81013", True)


def test_there_are_no_groups(wecom: Rig) -> None:
    with pytest.raises(PlatformError) as error:
        wecom.platform.send(Outgoing("D-1", Address("lin.a", "group-1"), PLAIN))
    assert error.value.permanent


def test_the_address_book_is_read_with_departments_and_managers(wecom: Rig) -> None:
    people = {member.account: member for member in wecom.platform.people()}
    assert people["lin.a"] == Member("lin.a", "林安", "总部/华东销售部", "zhou.m")
    assert people["chen"] == Member("chen", "陈晨", "总部", "")
    assert len(people) == 3


def test_the_menu_is_installed_and_the_check_says_what_it_saw(wecom: Rig) -> None:
    assert wecom.platform.install_menu()
    assert [item.key for item in wecom.side.menu()][:3] == ["goals", "feedback", "ranking"]
    assert "脉搏" in wecom.platform.check()


def test_a_file_that_is_no_longer_kept_cannot_be_fetched(wecom: Rig) -> None:
    with pytest.raises(PlatformError) as error:
        wecom.platform.download(Media("image", "MEDIA-GONE"))
    assert (error.value.code, error.value.permanent) == ("40007", True)


def answering(*answers: Json) -> httpx.Client:
    """A client whose server gives out a token and then these answers."""
    rest = iter(answers)

    def respond(request: httpx.Request) -> httpx.Response:
        token = {"errcode": 0, "access_token": "T", "expires_in": 7200}
        return httpx.Response(200, json=token if "gettoken" in request.url.path else next(rest))

    return httpx.Client(transport=httpx.MockTransport(respond))


def test_a_card_the_server_refuses_goes_out_as_text_with_what_can_be_said() -> None:
    seen: list[Json] = []

    def respond(request: httpx.Request) -> httpx.Response:
        if "gettoken" in request.url.path:
            return httpx.Response(200, json={"access_token": "T", "expires_in": 7200})
        seen.append(json.loads(request.content))
        refused = seen[-1]["msgtype"] == "template_card"
        return httpx.Response(200, json={"errcode": 42035, "errmsg": "x"} if refused else {"msgid": "M-1"})

    wecom = platform("http://wecom.invalid", httpx.Client(transport=httpx.MockTransport(respond)))
    assert wecom.send(outgoing(Card(text="好？", buttons=(Button("同意", "approve", "同意 R-1"),)))) == Sent("M-1")
    assert "同意 R-1" in seen[-1]["text"]["content"]


def test_a_member_without_a_licence_cannot_be_reached() -> None:
    wecom = platform("http://wecom.invalid", answering({"errcode": 0, "unlicenseduser": "lin.a"}))
    with pytest.raises(PlatformError) as error:
        wecom.send(outgoing(PLAIN))
    assert error.value.unreachable


def test_a_member_of_two_departments_comes_once_with_a_leader_from_the_first_above() -> None:
    departments = [
        {"id": 1, "name": "总部", "parentid": 0, "department_leader": ["chen"]},
        {"id": 2, "name": "销售", "parentid": 1, "department_leader": ["Lin.A"]},
    ]
    users = [
        {"userid": "lin.a", "name": "林安", "department": [2], "main_department": 2, "status": 1},
        {"userid": "wu.t", "name": "吴桐", "department": [2], "status": 5},
    ]
    answers: tuple[Json, ...] = (
        {"department": departments},
        {"userlist": users[:1]},
        {"userlist": users},
        {"allow_userinfos": {"user": []}},
    )
    people = list(platform("http://wecom.invalid", answering(*answers)).people())
    assert [(m.account, m.manager, m.active) for m in people] == [("lin.a", "chen", True), ("wu.t", "Lin.A", False)]


def test_somebody_in_the_range_by_name_alone_is_read_too() -> None:
    alone = {"allow_userinfos": {"user": [{"userid": "guest"}]}}
    answers: tuple[Json, ...] = ({"department": []}, alone, {"userid": "guest", "name": "客", "status": 4})
    (member,) = platform("http://wecom.invalid", answering(*answers)).people()
    assert member == Member("guest", "客")


def test_every_code_has_one_meaning_and_a_bad_secret_is_never_refreshed() -> None:
    assert CALLS["40014"][0] is Act.REFRESH
    assert CALLS["60140"][0] is CALLS["42022"][0] is Act.REPLACE
    assert CALLS["60020"][0] is Act.CONFIG
    assert TOKENS["40001"][0] is Act.CONFIG


def test_an_error_of_http_itself_is_tried_later() -> None:
    fault = Dialect().fault(httpx.Response(502, text="bad gateway"))
    assert fault is not None
    assert fault.code == "HTTP 502"
