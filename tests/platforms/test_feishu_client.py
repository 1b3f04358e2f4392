"""The bot's calls to Feishu, over HTTP against the simulated server."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pytest_httpserver import HTTPServer

from bot.platforms.base import Authentic
from bot.platforms.feishu.errors import ACTS
from bot.platforms.feishu.platform import FeishuPlatform
from bot.simulator.world import Account
from bot.tokens import MemoryTokens
from cards.model import Card
from cards.render import feishu as render
from handlers.events import CardAction, Media, Message
from handlers.ports import Address, Answer, Download, File, Member, Outgoing, PlatformError, Sent, Update
from tests.gallery import APPROVAL, APPROVED, CARDS, HOME, PICTURED, PLAIN, REJECTED
from tests.platforms.feishu_rig import APP, CHEN, LIN, ZHOU, Rig, platform, rig
from tests.platforms.signing_feishu import FeishuCaller

PNG = b"\x89PNG\r\n\x1a\n and so on"
TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"
MESSAGES = "/open-apis/im/v1/messages"


@pytest.fixture
def place() -> Iterator[Rig]:
    with rig() as found:
        yield found


def to(account: str, card: Card = HOME, *, key: str = "D-1", file: File | None = None) -> Outgoing:
    return Outgoing(key, Address(account), card, file)


def shown(place: Rig, account: str = LIN) -> list[tuple[str, dict[str, Any]]]:
    return [(bubble.kind, bubble.content) for bubble in place.world.chat("feishu", account) if bubble.author == "bot"]


@pytest.mark.parametrize("name", CARDS)
def test_every_card_of_the_gallery_arrives_as_it_was_rendered(place: Rig, name: str) -> None:
    sent = place.platform.send(to(LIN, CARDS[name]))
    kind, content = render.message(CARDS[name], next(iter(place.side.store.uploads), ""))
    assert shown(place) == [({"interactive": "card"}.get(kind, kind), content)]
    assert place.world.chat("feishu", LIN)[0].id == sent.message


def test_a_picture_is_uploaded_once_and_stays_when_the_card_changes(place: Rig) -> None:
    sent = place.platform.send(to(LIN, PICTURED))
    place.platform.update(Update("U-1", Address(LIN), PICTURED.closed("好", "good", "已处理"), sent))
    (key,) = place.side.store.uploads
    assert [e["img_key"] for e in shown(place)[0][1]["body"]["elements"] if e["tag"] == "img"] == [key]
    assert place.calls().count("POST /im/v1/images 200") == 1


@pytest.mark.parametrize("code", [234011, 99991672])
def test_a_picture_that_cannot_be_uploaded_leaves_the_words(httpserver: HTTPServer, code: int) -> None:
    """Refused for good, and the right to upload missing."""
    httpserver.expect_request(TOKEN).respond_with_json({"code": 0, "tenant_access_token": "t-1", "expire": 7200})
    httpserver.expect_request("/open-apis/im/v1/images").respond_with_json({"code": code, "msg": "no"}, status=400)
    httpserver.expect_request(MESSAGES).respond_with_json({"code": 0, "data": {"message_id": "om_1"}})
    with httpx.Client(trust_env=False) as http:
        platform(httpserver.url_for("/"), http).send(to(LIN, PICTURED))
    request, _ = httpserver.log[-1]
    assert "先处理 1 件事" in request.get_data(as_text=True)
    assert "img_key" not in request.get_data(as_text=True)


def test_a_picture_whose_upload_stumbles_is_tried_again_with_its_card(place: Rig) -> None:
    place.platform.check()
    place.world.faults["feishu"].server_error = 1
    with pytest.raises(PlatformError) as stumbled:
        place.platform.send(to(LIN, PICTURED))
    assert not stumbled.value.permanent
    assert shown(place) == []


def test_the_answer_to_a_press_waits_for_no_upload(place: Rig) -> None:
    callback = FeishuCaller(APP).action("goals", key="1", account=LIN, message="om_1", at=place.world.clock())
    seen = place.platform.authenticate(callback)
    assert isinstance(seen, Authentic)
    (press,) = place.platform.parse(seen.body)
    assert isinstance(press, CardAction)
    with pytest.raises(PlatformError):
        place.platform.answer(callback, press, Answer(card=PICTURED))
    place.platform.send(to(LIN, PICTURED))
    assert b"img_key" in place.platform.answer(callback, press, Answer(card=PICTURED)).body


def test_a_message_sent_twice_under_one_key_arrives_once(place: Rig) -> None:
    assert place.platform.send(to(LIN)) == place.platform.send(to(LIN))
    assert len(shown(place)) == 1


def test_a_send_whose_answer_is_lost_can_be_repeated(place: Rig) -> None:
    place.world.faults["feishu"].lose_answer = 1
    with pytest.raises(PlatformError) as lost:
        place.platform.send(to(LIN))
    assert not lost.value.permanent
    sent = place.platform.send(to(LIN))
    assert [bubble.id for bubble in place.world.chat("feishu", LIN)] == [sent.message]


def test_a_message_for_a_group_goes_to_the_group(place: Rig) -> None:
    place.side.say_in_group(LIN, "oc_group", "我的目标")
    assert place.bot.next(Message).group == "oc_group"
    place.platform.send(Outgoing("D-1", Address(LIN, "oc_group"), PLAIN))
    assert "receive_id_type=chat_id" in place.world.traffic[-1].path
    assert shown(place) == [("text", {"text": PLAIN.text})]


@pytest.mark.parametrize(("kind", "name"), [("image", "图.png"), ("file", "名单.xlsx"), ("file", "noext")])
def test_a_file_is_uploaded_and_sent(place: Rig, kind: str, name: str) -> None:
    place.platform.send(to(LIN, file=File(kind, name, PNG)))
    ((seen, content),) = shown(place)
    assert (seen, content["name"]) == (kind, name)
    assert place.world.media[content["media"]][2] == PNG


def test_a_card_the_platform_refuses_is_said_as_text(place: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = render.native(APPROVAL) | {"stray": 1}
    monkeypatch.setattr(render, "native", lambda card, image: broken)
    place.platform.send(to(LIN, APPROVAL))
    assert shown(place) == [("text", render.text(APPROVAL))]
    assert place.calls() == ["POST /im/v1/messages 400", "POST /im/v1/messages 200"]


def test_a_refused_update_asks_for_a_new_message(place: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = place.platform.send(to(LIN, APPROVAL))
    broken = render.native(APPROVED) | {"stray": 1}
    monkeypatch.setattr(render, "native", lambda card, image: broken)
    with pytest.raises(PlatformError) as refused:
        place.platform.update(Update("U-1", Address(LIN), APPROVED, sent))
    assert refused.value.replace


def test_the_log_of_a_refused_card_holds_nothing_of_it(
    place: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(render, "native", lambda card, image: {"schema": "2.0", "body": card.quote.text})
    with caplog.at_level(logging.DEBUG):
        place.platform.send(to(LIN, APPROVAL))
    assert "230099" in caplog.text
    assert "预算冻结" not in caplog.text


def test_an_update_stands_where_the_message_was(place: Rig) -> None:
    sent = place.platform.send(to(LIN, APPROVAL))
    assert place.platform.update(Update("U-1", Address(LIN), REJECTED, sent)) == sent
    assert shown(place) == [("card", render.native(REJECTED))]


def test_a_press_can_be_followed_by_an_update_through_its_token(place: Rig) -> None:
    sent = place.platform.send(to(LIN, APPROVAL))
    place.side.press(LIN, sent.message, {"name": "press_b0"})
    token = next(iter(place.side.store.presses))
    place.platform._client.patch_by_token(token, render.native(APPROVED))
    assert shown(place) == [("card", render.native(APPROVED))]


def test_a_reply_is_a_new_message(place: Rig) -> None:
    sent = place.platform.send(to(LIN, APPROVAL))
    reply = place.platform._client.reply(sent.message, "text", {"text": "好"}, "D-2")
    assert [bubble.id for bubble in place.world.chat("feishu", LIN)] == [sent.message, reply]


def test_a_picture_somebody_sent_is_downloaded(place: Rig) -> None:
    place.side.send_picture(LIN, "现场.png", PNG)
    message = place.bot.next(Message)
    found = place.platform.download(message.media[0])
    assert (found.mime, found.content) == ("image/png", PNG)


def test_a_file_keeps_its_name(place: Rig) -> None:
    place.side.send_file(LIN, "名单.json", b'{"code": 99991663}')
    message = place.bot.next(Message)
    assert place.platform.download(message.media[0]) == Download(
        "名单.json", "application/octet-stream", b'{"code": 99991663}'
    )


def test_a_download_with_a_strange_handle_stays_below_its_path(place: Rig) -> None:
    with pytest.raises(PlatformError):
        place.platform.download(Media("image", "om_1%2f..?x/image/k"))
    assert "/messages/om_1%2f..?x/resources/k?" in place.world.traffic[-1].path


def test_everybody_the_app_may_see_is_read_with_department_and_manager(place: Rig) -> None:
    assert sorted(place.platform.people(), key=lambda member: member.account) == [
        Member(LIN, "林安", "总部/华东销售部", ZHOU),
        Member(ZHOU, "周敏", "总部/华东销售部", CHEN),
        Member(CHEN, "陈晨", "总部", ""),
    ]


def test_a_large_department_is_read_page_by_page(place: Rig) -> None:
    for n in range(120):
        account = Account("feishu", f"ou_{n:032x}", f"P-{n}", f"员工{n}", "总部/仓库", CHEN)
        place.world.accounts["feishu", account.id] = account
    members = list(place.platform.people())
    assert len(members) == 123
    pages = [call for call in place.world.traffic if "find_by_department" in call.path]
    assert all("page_size=50" in call.path for call in pages)
    assert sum("page_token" in call.path for call in pages) == 2


def test_people_are_asked_for_only_as_they_are_read(place: Rig) -> None:
    people = iter(place.platform.people())
    assert place.calls() == []
    next(people)
    assert sum("find_by_department" in call for call in place.calls()) == 2


def test_somebody_who_left_is_not_active(place: Rig) -> None:
    place.side.person_left(LIN)
    assert [member.account for member in place.platform.people() if not member.active] == [LIN]


def test_a_check_names_the_bot(place: Rig) -> None:
    assert place.platform.check() == f"{APP.name} ({APP.open_id})"


def test_the_menu_is_left_to_the_console(place: Rig) -> None:
    assert place.platform.install_menu() is False
    assert list(place.world.traffic) == []


UNREACHABLE = {230013: "out of range", 230029: "left", 230053: "opted out"}


@pytest.mark.parametrize("code", UNREACHABLE)
def test_somebody_out_of_reach_is_said_to_be_so(place: Rig, code: int) -> None:
    place.side.store.unreachable[LIN] = code
    with pytest.raises(PlatformError) as refused:
        place.platform.send(to(LIN))
    assert (refused.value.code, refused.value.unreachable) == (str(code), True)


def test_an_account_nobody_has_is_unreachable(place: Rig) -> None:
    with pytest.raises(PlatformError) as refused:
        place.platform.send(to("ou_nobody"))
    assert refused.value.unreachable


def test_a_wrong_secret_is_a_matter_of_settings(place: Rig) -> None:
    with httpx.Client(trust_env=False) as http:
        wrong = platform(place.base, http, app=replace(APP, app_secret="wrong"))
        with pytest.raises(PlatformError) as refused:
            wrong.check()
    assert refused.value.config
    assert "wrong" not in str(refused.value)


def tokens_fetched(place: Rig) -> int:
    return sum(TOKEN in call.path for call in place.world.traffic)


def test_a_token_is_fetched_once_and_kept(place: Rig) -> None:
    place.platform.check()
    place.platform.send(to(LIN))
    assert tokens_fetched(place) == 1


def test_an_expired_token_is_renewed_once_and_the_call_repeated(place: Rig) -> None:
    place.platform.check()
    place.world.faults["feishu"].expire_token = 1
    place.platform.send(to(LIN))
    assert len(shown(place)) == 1
    assert tokens_fetched(place) == 2


def test_a_token_that_is_always_bad_ends_the_call(place: Rig) -> None:
    place.world.faults["feishu"].expire_token = 100
    with pytest.raises(PlatformError) as refused:
        place.platform.send(to(LIN))
    assert (refused.value.code, refused.value.retry_after, refused.value.permanent) == ("99991663", 60.0, False)
    assert tokens_fetched(place) == 2


def test_many_callers_fetch_one_token(place: Rig) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: place.platform.check(), range(8)))
    assert tokens_fetched(place) == 1


def test_a_limit_of_speed_names_its_wait(place: Rig) -> None:
    place.world.faults["feishu"].rate_limit = 1
    with pytest.raises(PlatformError) as refused:
        place.platform.send(to(LIN))
    assert (refused.value.code, refused.value.retry_after, refused.value.permanent) == ("99991400", 1.0, False)
    place.platform.send(to(LIN))
    assert len(shown(place)) == 1


def test_a_server_in_trouble_may_be_asked_again(place: Rig) -> None:
    place.world.faults["feishu"].server_error = 1
    with pytest.raises(PlatformError) as refused:
        place.platform.send(to(LIN))
    assert not refused.value.permanent
    place.platform.send(to(LIN))
    assert len(shown(place)) == 1


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def lone(httpserver: HTTPServer, http: httpx.Client) -> FeishuPlatform:
    """The bot before a server that answers what a test says."""
    answer = {"code": 0, "tenant_access_token": "t-1", "expire": 7200}
    httpserver.expect_request(TOKEN).respond_with_json(answer)
    return platform(httpserver.url_for(""), http, MemoryTokens())


@pytest.mark.parametrize("code", sorted(ACTS))
def test_every_error_code_asks_for_what_the_table_says(httpserver: HTTPServer, lone: FeishuPlatform, code: str) -> None:
    answer = {"code": int(code), "msg": "no"}
    httpserver.expect_request(MESSAGES).respond_with_json(answer, status=400)
    with pytest.raises(PlatformError) as refused:
        lone.send(to(LIN, PLAIN))
    error = refused.value
    seen = {
        "RETRY": not error.permanent and not error.config and error.retry_after != 60.0,
        "REFRESH": error.retry_after == 60.0,
        "GIVE_UP": error.permanent and not (error.unreachable or error.replace or error.config),
        "RECIPIENT": error.unreachable,
        "REPLACE": error.replace,
        "CONFIG": error.config,
    }
    assert [name for name, is_so in seen.items() if is_so] == [ACTS[code][0].name]


def test_an_error_keeps_the_platforms_reason_and_trace_but_no_words_of_the_card(
    httpserver: HTTPServer, lone: FeishuPlatform
) -> None:
    answer = {"code": 230025, "msg": "too long, ext=ErrCode: 7; ErrorValue: 预算冻结"}
    httpserver.expect_request(MESSAGES).respond_with_json(answer, 400, {"X-Tt-Logid": "2026abc"})
    with pytest.raises(PlatformError, match=r"^230025 too long, ext=ErrCode: 7 2026abc$"):
        lone.send(to(LIN, PLAIN))


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"code": 0}', '{"code": 0, "data": {"message_id": 5}}'])
def test_an_answer_that_makes_no_sense_may_be_asked_again(
    httpserver: HTTPServer, lone: FeishuPlatform, body: str
) -> None:
    httpserver.expect_request(MESSAGES).respond_with_data(body)
    with pytest.raises(PlatformError) as refused:
        lone.send(to(LIN, PLAIN))
    assert not refused.value.permanent


def test_a_page_token_that_comes_again_ends_the_reading(httpserver: HTTPServer, lone: FeishuPlatform) -> None:
    page = {"has_more": True, "page_token": "same", "department_ids": ["od-1"]}
    httpserver.expect_request("/open-apis/contact/v3/scopes").respond_with_json({"code": 0, "data": page})
    lone._client.scope()
    assert Counter(request.path for request, _ in httpserver.log)["/open-apis/contact/v3/scopes"] == 2


def test_the_token_goes_in_the_header_and_the_content_as_a_string(place: Rig) -> None:
    place.platform.send(to(LIN, PLAIN, key="D-77"))
    call = place.world.traffic[-1]
    assert call.request_headers["Authorization"].startswith("Bearer t-")
    assert json.loads(call.request_body) == {
        "receive_id": LIN,
        "msg_type": "text",
        "content": json.dumps({"text": PLAIN.text}, ensure_ascii=False, separators=(",", ":")),
        "uuid": "D-77",
    }


def answered(answer: Answer) -> Any:
    call = FeishuCaller(APP).action("approve")
    with httpx.Client() as http:
        bot = platform("http://127.0.0.1:1", http)
        (action,) = bot.parse(FeishuCaller(replace(APP, encrypt_key="")).action("approve").body)
        return json.loads(bot.answer(call, action, answer).body)  # type: ignore[arg-type]  # it is a CardAction


def test_an_answer_shows_a_toast_and_the_card_as_it_is_now() -> None:
    assert answered(Answer("已同意", "good", APPROVED)) == {
        "toast": {"type": "success", "content": "已同意"},
        "card": {"type": "raw", "data": render.native(APPROVED)},
    }


def test_an_answer_with_nothing_to_say_is_empty() -> None:
    assert answered(Answer()) == {}


def test_an_answer_of_one_sentence_is_still_a_card() -> None:
    assert answered(Answer(card=PLAIN))["card"]["data"]["schema"] == "2.0"


@pytest.mark.parametrize("sent", [Sent("om_gone"), Sent("om_1/../x")])
def test_an_update_of_a_message_nobody_sent_is_refused(place: Rig, sent: Sent) -> None:
    with pytest.raises(PlatformError) as refused:
        place.platform.update(Update("U-1", Address(LIN), APPROVED, sent))
    assert refused.value.permanent
