"""Our adapter against the simulated platform, over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.platforms.dingtalk.errors import ACTS, NewDialect, OldDialect
from bot.platforms.dingtalk.platform import TRACK, DingTalkPlatform, build
from bot.simulator.world import Bubble
from bot.tokens import MemoryTokens
from cards.model import Card
from handlers.events import Media
from handlers.ports import Address, File, Member, Outgoing, PlatformError, Sent, Update
from tests import gallery
from tests.platforms.dingtalk_kit import APP, LI, TO_LI, WANG, Town, client, settings, town

CARD_PATH = "/v1.0/card/instances/createAndDeliver"
TOKEN_PATH = "/v1.0/oauth2/accessToken"
TEXT_PATH = "/v1.0/robot/oToMessages/batchSend"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "dingtalk"


@pytest.fixture
def here() -> Iterator[Town]:
    with town() as built:
        yield built


@pytest.fixture
def bare() -> Iterator[Town]:
    """Without a card template."""
    with town(replace(APP, card_template_id="")) as built:
        yield built


def card(key: str = "d1", which: Card = gallery.APPROVAL, to: Address = TO_LI) -> Outgoing:
    return Outgoing(key, to, which)


def shown(town: Town, account: str = LI) -> list[Bubble]:
    return [bubble for bubble in town.world.chat("dingtalk", account) if bubble.author == "bot"]


def failure(platform: DingTalkPlatform, outgoing: Outgoing) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        platform.send(outgoing)
    return caught.value


def test_a_card_arrives_with_everything_in_it(here: Town) -> None:
    assert here.platform.send(card()) == Sent(f"{TRACK}d1")
    (bubble,) = shown(here)
    assert (bubble.kind, bubble.content["template"]) == ("card", APP.card_template_id)
    assert bubble.content["params"]["title"] == "目标修订待审批"


def test_a_plain_sentence_arrives_as_text(here: Town) -> None:
    here.platform.send(card(which=gallery.PLAIN))
    (bubble,) = shown(here)
    assert (bubble.kind, bubble.content) == ("text", {"text": gallery.PLAIN.text})


@pytest.mark.parametrize("name", gallery.CARDS)
def test_the_platform_takes_every_card_of_the_gallery(here: Town, name: str) -> None:
    here.platform.send(card(which=gallery.CARDS[name]))
    assert len(shown(here)) == 1


def test_without_a_template_a_card_is_markdown_that_cannot_be_changed(bare: Town) -> None:
    sent = bare.platform.send(card())
    (bubble,) = shown(bare)
    assert bubble.kind == "markdown"
    with pytest.raises(PlatformError) as caught:
        bare.platform.update(Update("d2", TO_LI, gallery.APPROVED, sent))
    assert caught.value.replace


def test_an_update_replaces_the_card_and_leaves_nothing_of_the_old(here: Town) -> None:
    sent = here.platform.send(card())
    assert here.platform.update(Update("d2", TO_LI, gallery.APPROVED, sent)) == sent
    (bubble,) = shown(here)
    assert bubble.content["params"]["outcome"] == gallery.APPROVED.outcome
    assert bubble.content["params"]["buttons"] == "[]"


def test_a_card_that_is_gone_is_to_be_replaced(here: Town) -> None:
    with pytest.raises(PlatformError) as caught:
        here.platform.update(Update("d2", TO_LI, gallery.APPROVED, Sent(f"{TRACK}gone")))
    assert caught.value.replace


def test_a_lost_answer_makes_no_second_card(here: Town) -> None:
    here.world.faults["dingtalk"].lose_answer = 1
    assert not failure(here.platform, card()).permanent
    assert here.platform.send(card()) == Sent(f"{TRACK}d1")
    assert len(shown(here)) == 1


def test_a_lost_answer_to_a_text_is_a_failure_that_may_be_tried_again(here: Town) -> None:
    """The platform protects texts by nothing, so that attempt is the outbox's own risk."""
    here.world.faults["dingtalk"].lose_answer = 1
    assert not failure(here.platform, card(which=gallery.PLAIN)).permanent
    assert here.asked(TEXT_PATH) == 1


def test_an_expired_token_is_renewed_once_and_the_call_repeated(here: Town) -> None:
    here.platform.send(card())
    before = here.asked(TOKEN_PATH)
    here.world.faults["dingtalk"].expire_token = 1
    here.platform.send(card("d2"))
    assert here.asked(TOKEN_PATH) == before + 1
    assert len(shown(here)) == 2


@pytest.mark.parametrize("plain", [True, False])
def test_both_ways_of_saying_that_a_token_is_bad_are_understood(here: Town, plain: bool) -> None:
    here.side.server.plain_token_errors = plain
    here.platform.check()
    here.world.faults["dingtalk"].expire_token = 1
    assert "脉搏示例公司" in here.platform.check()


def test_a_token_that_is_always_bad_ends_after_one_repetition(here: Town) -> None:
    here.world.faults["dingtalk"].expire_token = 50
    before = here.asked(CARD_PATH)
    error = failure(here.platform, card())
    assert (error.permanent, error.retry_after, error.code) == (False, 60.0, "InvalidAuthentication")
    assert here.asked(CARD_PATH) - before == 2


def test_many_callers_fetch_one_token(here: Town) -> None:
    here.platform.client = fresh(here).client
    before = here.asked(TOKEN_PATH)
    threads = [threading.Thread(target=here.platform.send, args=(card(f"d{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert here.asked(TOKEN_PATH) == before + 1
    assert len(shown(here)) == 8


def fresh(here: Town) -> DingTalkPlatform:
    """The same app with no token yet."""
    return build(settings(here.app, here.base), client(), MemoryTokens(), None)


@pytest.mark.parametrize(
    ("fault", "code"), [("server_error", "system.busy"), ("rate_limit", "QpsLimitForAppkeyAndApi")]
)
def test_trouble_of_the_platform_is_for_later(here: Town, fault: str, code: str) -> None:
    setattr(here.world.faults["dingtalk"], fault, 1)
    error = failure(here.platform, card())
    assert (error.permanent, error.code.rpartition(".")[2]) == (False, code.rpartition(".")[2])
    assert here.platform.send(card()) == Sent(f"{TRACK}d1")


@pytest.mark.parametrize("fault", ["server_error", "rate_limit"])
def test_trouble_of_the_old_api_is_for_later(here: Town, fault: str) -> None:
    setattr(here.world.faults["dingtalk"], fault, 1)
    with pytest.raises(PlatformError) as caught:
        here.platform.check()
    assert not caught.value.permanent


def test_a_wrong_secret_is_a_setting_to_mend(here: Town) -> None:
    wrong = settings(replace(here.app, app_secret="other"), here.base)
    platform = build(wrong, client(), MemoryTokens(), None)
    error = failure(platform, card())
    assert (error.config, error.code) == (True, "invalidClientIdOrSecret")
    assert "other" not in str(error)


def test_a_wrong_template_is_a_setting_to_mend(here: Town) -> None:
    wrong = settings(replace(here.app, card_template_id="no.schema"), here.base)
    assert failure(build(wrong, client(), MemoryTokens(), None), card()).config


@pytest.mark.parametrize("which", [gallery.PLAIN, gallery.APPROVAL])
def test_somebody_who_is_not_there_is_unreachable(here: Town, which: Card) -> None:
    assert failure(here.platform, card(which=which, to=Address("u404"))).unreachable


def test_a_person_under_flow_control_is_for_later(here: Town) -> None:
    here.side.server.robot.flow_controlled.add(LI)
    error = failure(here.platform, card(which=gallery.PLAIN))
    assert (error.permanent, error.retry_after) == (False, 60.0)


@pytest.mark.parametrize("which", [gallery.PLAIN, gallery.APPROVAL])
def test_a_group_gets_its_message_and_an_unknown_group_none(here: Town, which: Card) -> None:
    here.side.server.robot.groups["cidGroup=="] = [LI, WANG]
    here.platform.send(card(which=which, to=Address("", "cidGroup==")))
    assert (len(shown(here, LI)), len(shown(here, WANG))) == (1, 1)
    assert failure(here.platform, card("d9", which, Address("", "cidOther=="))).unreachable


def test_a_picture_and_a_file_arrive(here: Town) -> None:
    here.platform.send(Outgoing("f1", TO_LI, Card(), File("image", "map.png", b"\x89PNG")))
    here.platform.send(Outgoing("f2", TO_LI, Card(), File("file", "目标.xlsx", b"PK")))
    bubbles = shown(here)
    assert [bubble.kind for bubble in bubbles] == ["image", "file"]
    assert bubbles[1].content["name"] == "目标.xlsx"
    assert here.world.media[bubbles[0].content["media"]][2] == b"\x89PNG"


def test_a_picture_goes_out_as_its_fixture_says(here: Town) -> None:
    here.platform.send(Outgoing("f1", TO_LI, Card(), File("image", "figures.png", b"\x89PNG")))
    wanted = json.loads((FIXTURES / "picture.json").read_text(encoding="utf-8"))
    wanted |= {"robotCode": APP.robot_code, "userIds": [LI]}
    wanted["msgParam"] = wanted["msgParam"].replace("MEDIA_ID", f"@lAL{shown(here)[0].content['media']}")
    assert json.loads(here.world.traffic[-1].request_body) == wanted


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("hologram", b"\x89PNG", "40004"),
        ("image", b"<svg/>", "40005"),
        ("image", b"", "40006"),
        ("image", b"\x89PNG" + bytes(20 * 1024 * 1024), "40006"),
    ],
)
def test_a_bad_upload_is_refused_for_good(here: Town, kind: str, content: bytes, code: str) -> None:
    with pytest.raises(PlatformError) as refused:
        here.platform.client.upload(kind, "a.png", content)
    assert (refused.value.code, refused.value.permanent) == (code, True)


def test_a_file_of_a_type_robots_cannot_send_is_refused(here: Town) -> None:
    assert failure(here.platform, Outgoing("f1", TO_LI, Card(), File("file", "x.csv", b"a"))).permanent


def test_what_somebody_sent_can_be_fetched_and_nothing_larger_than_allowed(here: Town) -> None:
    here.side.send_picture(LI, "证据.png", b"\x89PNG!")
    (message,) = here.bot.wait()
    media = message.media[0]  # type: ignore[attr-defined]  # a Message, as sent
    found = here.platform.download(media)
    assert (found.content, found.mime) == (b"\x89PNG!", "image/png")
    with pytest.raises(PlatformError):
        here.platform.client.download(media.ref, 3)
    with pytest.raises(PlatformError) as caught:
        here.platform.download(Media("image", "gone"))
    assert caught.value.permanent


def test_the_address_book_is_read_with_departments_and_managers(here: Town) -> None:
    members = {member.account: member for member in here.platform.people()}
    assert members[LI] == Member(LI, "李雷", "总部/华东销售部", WANG)
    assert members["u3001"] == Member("u3001", "陈总", "总部", "")
    assert set(members) == {LI, WANG, "u3001", "u4001"}


def test_a_large_department_is_read_page_by_page(here: Town) -> None:
    for number in range(230):
        account = replace(here.world.accounts["dingtalk", LI], id=f"x{number}")
        here.world.accounts["dingtalk", account.id] = account
    assert len({member.account for member in here.platform.people()}) == 234
    pages = [json.loads(one.request_body)["cursor"] for one in here.world.traffic if "user/list" in one.path]
    assert max(pages) == 200


def test_a_notice_arrives_and_one_too_large_is_not_sent(here: Town) -> None:
    assert here.platform.client.notify([LI, WANG], "今天", "两件事 11-18")
    here.platform.client.notify([LI], "今天", "两件事 11-18")
    assert [bubble.content["title"] for bubble in shown(here)] == ["工作通知 · 今天"]
    with pytest.raises(PlatformError):
        here.platform.client.notify([LI], "今天", "长" * 1000)


def test_the_check_names_the_company_and_a_wrong_aes_key(here: Town) -> None:
    assert here.platform.check() == "organisation 脉搏示例公司, cards"
    wrong = settings(replace(here.app, aes_key="short"), here.base)
    with pytest.raises(PlatformError) as caught:
        build(wrong, client(), MemoryTokens(), None).check()
    assert caught.value.config
    assert "MAIBO_DINGTALK_AES_KEY" in str(caught.value)


def test_there_is_no_menu_to_install(here: Town) -> None:
    assert not here.platform.install_menu()


def answer(status: int, body: object) -> httpx.Response:
    return httpx.Response(status, json=body, request=httpx.Request("POST", "https://api.example/x"))


def test_a_missing_permission_is_named() -> None:
    body = {"code": "Forbidden", "message": "denied", "accessdenieddetail": {"requiredScopes": ["qyapi_robot_sendmsg"]}}
    fault = NewDialect().fault(answer(403, body))
    assert fault is not None
    assert fault.message == "denied (missing permission: qyapi_robot_sendmsg)"


@pytest.mark.parametrize("dialect", [NewDialect(), OldDialect()])
def test_a_blocked_address_waits_as_long_as_it_is_told(dialect: NewDialect | OldDialect) -> None:
    fault = dialect.fault(answer(200, {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "u"}))
    assert fault is not None
    assert (fault.code, fault.wait) == ("1111", 300.0)


def test_a_success_is_none_and_a_page_of_html_is_not() -> None:
    html = httpx.Response(502, text="<html>", request=httpx.Request("GET", "https://x"))
    assert NewDialect().fault(answer(200, {"success": True})) is None
    assert OldDialect().fault(answer(200, {"errcode": 0})) is None
    assert NewDialect().fault(html) is not None
    assert OldDialect().fault(html) is not None


def test_a_hidden_code_counts_and_a_bare_88_does_not_hide_one() -> None:
    hidden = OldDialect().fault(answer(200, {"errcode": 88, "sub_code": "60011", "sub_msg": "no"}))
    bare = OldDialect().fault(answer(200, {"errcode": 88, "errmsg": "timeout"}))
    assert hidden is not None
    assert bare is not None
    assert (hidden.code, bare.code) == ("60011", "88")
    assert {hidden.code, bare.code} <= set(ACTS)


def test_a_card_that_reaches_nobody_is_unreachable_also_when_told_with_success(here: Town) -> None:
    error = failure(here.platform, card(to=Address("u404")))
    assert error.unreachable
    recorded = next(one for one in here.world.traffic if one.path.startswith(CARD_PATH))
    assert json.loads(recorded.response_body)["success"] is True
