"""The simulated WeCom: it refuses what the real one refuses, and calls back as the real one does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.simulator.wecom import WeComSide
from bot.simulator.wecom.server import MEDIA_LIFE, TOKEN_LIFE
from cards.model import Card, Choice, Form, Option
from cards.render.wecom import replacement
from handlers.events import CardAction, Event, MenuPressed, Message, Opened, PeopleChanged
from handlers.ports import Address, Answer, Outgoing
from tests.gallery import APPROVAL, APPROVED, CARDS, CHOOSE_GOAL
from tests.phones.wecom import WeComPhone
from tests.platforms.wecom_rig import APP, Rig, rig

Json = dict[str, Any]

BUTTONS = [{"text": "好", "key": "yes"}]
CARD = {"card_type": "button_interaction", "task_id": "T-1", "main_title": {"title": "题"}, "button_list": BUTTONS}
OPTIONS = [{"id": "1", "text": "一"}, {"id": "2", "text": "二"}]
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


@pytest.fixture
def wecom() -> Iterator[Rig]:
    with rig() as running:
        yield running


class Caller:
    """Raw calls, as any program can make them."""

    def __init__(self, running: Rig) -> None:
        self.base = f"{running.base}/cgi-bin"
        self.token = self.get("gettoken", corpid=APP.corp_id, corpsecret=APP.secret)["access_token"]

    def get(self, path: str, **query: str) -> Json:
        found: Json = httpx.get(f"{self.base}/{path}", params=query, trust_env=False).json()
        return found

    def post(self, path: str, content: bytes) -> Json:
        found: Json = httpx.post(
            f"{self.base}/{path}", params={"access_token": self.token}, content=content, trust_env=False
        ).json()
        return found

    def send(self, *, to: str = "lin.a", **message: Any) -> Json:
        body = {"touser": to, "agentid": APP.agent_id, **message}
        return self.post("message/send", json.dumps(body, ensure_ascii=False).encode())

    def text(self, content: str, **more: Any) -> Json:
        return self.send(msgtype="text", text={"content": content}, **more)

    def card(self, **changed: Any) -> Json:
        return self.send(msgtype="template_card", template_card=CARD | changed)


def phone(wecom: Rig, account: str = "lin.a") -> WeComPhone:
    return WeComPhone(wecom.side, wecom.world, account)


def put(wecom: Rig, card: Card, key: str = "D-1", account: str = "lin.a") -> None:
    wecom.platform.send(Outgoing(key, Address(account), card))


REFUSED: dict[str, tuple[Json, int]] = {
    "another type": ({"card_type": "taskcard"}, 42031),
    "no task": ({"task_id": ""}, 42014),
    "a task with other characters": ({"task_id": "任务"}, 42014),
    "no title": ({"main_title": {"desc": "x"}}, 40058),
    "seven rows": ({"horizontal_content_list": [{"keyname": "k", "value": "v"}] * 7}, 42035),
    "a button without words": ({"button_list": [{"text": "", "key": "k"}]}, 42038),
    "a key too long": ({"button_list": [{"text": "x", "key": "k" * 1025}]}, 42039),
    "two buttons of one key": ({"button_list": BUTTONS * 2}, 42039),
    "seven buttons": ({"button_list": [{"text": "x", "key": f"{n}"} for n in range(7)]}, 42037),
    "a notice without a link": ({"card_type": "text_notice"}, 42045),
    "a vote without a question": ({"card_type": "vote_interaction", "checkbox": {}}, 42043),
    "a vote without a button": (
        {"card_type": "vote_interaction", "checkbox": {"question_key": "q", "option_list": OPTIONS}},
        42046,
    ),
    "four lists": ({"card_type": "multiple_interaction", "select_list": [{}] * 4}, 42047),
    "an option twice": ({"button_selection": {"question_key": "q", "option_list": OPTIONS[:1] * 2}}, 40058),
    "a default that is no option": (
        {"button_selection": {"question_key": "q", "option_list": OPTIONS, "selected_id": "3"}},
        40058,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_card_the_real_server_refuses_is_refused(wecom: Rig, name: str) -> None:
    changed, code = REFUSED[name]
    assert Caller(wecom).card(**changed)["errcode"] == code
    assert wecom.world.chat("wecom", "lin.a") == []


def test_fields_of_other_cards_are_not_shown(wecom: Rig) -> None:
    vote = {"card_type": "vote_interaction", "checkbox": {"question_key": "q", "option_list": OPTIONS}}
    assert Caller(wecom).card(**vote, submit_button={"text": "交", "key": "k"}, sub_title_text="说明")["errcode"] == 0
    (bubble,) = wecom.world.chat("wecom", "lin.a")
    assert "sub_title_text" not in bubble.content


def test_a_task_can_be_sent_once_in_its_life(wecom: Rig) -> None:
    caller = Caller(wecom)
    assert caller.card()["response_code"]
    assert caller.card()["errcode"] == 42014


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": " "}}, 44004),
        ({"msgtype": "song", "song": {}}, 40008),
        ({"msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"to": "nobody", "msgtype": "text", "text": {"content": "x"}}, 81013),
        ({"to": "", "msgtype": "text", "text": {"content": "x"}}, 81012),
        ({"agentid": "1000002", "msgtype": "text", "text": {"content": "x"}}, 40056),
        ({"agentid": 7, "msgtype": "text", "text": {"content": "x"}}, 301002),
    ],
)
def test_a_message_the_real_server_refuses_is_refused(wecom: Rig, message: Json, code: int) -> None:
    answer = Caller(wecom).send(**message)
    assert answer["errcode"] == code
    assert f"e={code}" in answer["errmsg"]


def test_those_who_are_unknown_are_named_in_lower_case(wecom: Rig) -> None:
    answer = Caller(wecom).text("hi", to="LIN.A|Nobody")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert len(wecom.world.chat("wecom", "lin.a")) == 1


def test_a_long_text_is_cut_off_without_a_word(wecom: Rig) -> None:
    assert Caller(wecom).text("长" * 1000)["errcode"] == 0
    assert wecom.world.chat("wecom", "lin.a")[0].content["text"] == "长" * 682


def test_escaped_characters_are_refused(wecom: Rig) -> None:
    body = {"touser": "lin.a", "agentid": APP.agent_id, "msgtype": "text", "text": {"content": "中"}}
    assert Caller(wecom).post("message/send", json.dumps(body).encode())["errcode"] == 40033


def test_beyond_thirty_a_minute_messages_are_dropped_without_an_error(wecom: Rig) -> None:
    caller = Caller(wecom)
    assert {caller.text(f"{n}")["errcode"] for n in range(33)} == {0}
    assert len(wecom.world.chat("wecom", "lin.a")) == 30
    assert wecom.side.server.dropped == 3


def test_a_repeated_request_is_shown_once_where_that_was_asked_for(wecom: Rig) -> None:
    caller = Caller(wecom)
    for asked in (1, 1, 0, 0):
        assert caller.text("same", enable_duplicate_check=asked)["errcode"] == 0
    assert len(wecom.world.chat("wecom", "lin.a")) == 3


def test_a_token_stays_the_same_until_it_expires(wecom: Rig) -> None:
    caller = Caller(wecom)
    assert Caller(wecom).token == caller.token
    assert caller.get("agent/get", agentid="1000002")["errcode"] == 41001
    assert caller.get("agent/get", agentid="1000002", access_token="other")["errcode"] == 40014
    later = wecom.world.clock() + TOKEN_LIFE
    wecom.world.clock = lambda: later
    assert caller.get("agent/get", agentid="1000002", access_token=caller.token)["errcode"] == 42001
    assert Caller(wecom).token != caller.token


@pytest.mark.parametrize(("corp", "secret", "code"), [("other", APP.secret, 40013), (APP.corp_id, "other", 40001)])
def test_a_wrong_secret_gets_no_token(wecom: Rig, corp: str, secret: str, code: int) -> None:
    assert Caller(wecom).get("gettoken", corpid=corp, corpsecret=secret)["errcode"] == code


def test_a_file_is_kept_three_days(wecom: Rig) -> None:
    media_id, _ = wecom.side.server.keep("a.png", "image/png", PNG)
    caller = Caller(wecom)
    later = wecom.world.clock() + MEDIA_LIFE + timedelta(seconds=1)
    wecom.world.clock = lambda: later
    renewed = Caller(wecom)
    assert caller.token != renewed.token
    assert renewed.get("media/get", media_id=media_id, access_token=renewed.token)["errcode"] == 40007


def test_the_callback_address_is_tested_as_the_console_does(wecom: Rig) -> None:
    assert wecom.side.check_address() == ""
    other = WeComSide(wecom.world, replace(wecom.side.server.app, token="other"))
    assert other.check_address() != ""
    other.close()


def test_what_a_person_does_reaches_the_bot(wecom: Rig) -> None:
    hand = phone(wecom)
    wecom.platform.install_menu()
    acts: list[tuple[Callable[[], None], type[Event]]] = [
        (lambda: hand.say("续约率到82%了 ]]> 🎯"), Message),
        (lambda: hand.picture("图.png", PNG), Message),
        (lambda: hand.voice("续约率到82%了"), Message),
        (hand.open, Opened),
        (lambda: hand.menu("我的目标"), MenuPressed),
        (lambda: wecom.side.change_range("lin.a", visible=False), PeopleChanged),
    ]
    for number, (act, kind) in enumerate(acts, 1):
        act()
        assert type(wecom.events(number)[-1]) is kind
    said, picture, voice = wecom.bot.events[:3]
    assert isinstance(said, Message)
    assert said.text == "续约率到82%了 ]]> 🎯"
    assert isinstance(picture, Message)
    assert wecom.platform.download(picture.media[0]).content == PNG
    assert isinstance(voice, Message)
    assert (voice.kind, voice.text) == ("voice", "")


def test_a_callback_that_fails_is_sent_three_times_with_one_message_id(wecom: Rig) -> None:
    wecom.bot.fail = 3
    phone(wecom).say("hello")
    keys = [event.key for event in wecom.events(3)]
    assert len(set(keys)) == 1
    phone(wecom).say("again")
    assert len(wecom.events(4)) == 4


def test_a_doubled_callback_is_signed_anew_and_has_the_same_key(wecom: Rig) -> None:
    wecom.world.faults["wecom"].duplicate = 1
    phone(wecom).say("hello")
    first, second = wecom.events(2)
    assert first.key == second.key
    signatures = {push.path.split("msg_signature=")[1][:40] for push in wecom.pushes(2)}
    assert len(signatures) == 2


def test_a_press_changes_the_presser_s_copy_alone(wecom: Rig) -> None:
    caller = Caller(wecom)
    caller.send(to="lin.a|zhou.m", msgtype="template_card", template_card=CARD)
    wecom.bot.answer = Answer(card=APPROVED)
    assert phone(wecom).press("好") == ""
    assert "王芳 11-18 10:20 同意" in phone(wecom).screens()[0].text
    assert phone(wecom).screens()[0].buttons == ()
    assert phone(wecom, "Zhou.M").screens()[0].buttons == ("好",)


def test_a_press_brings_a_code_that_changes_the_others(wecom: Rig) -> None:
    Caller(wecom).send(to="lin.a|zhou.m", msgtype="template_card", template_card=CARD)
    phone(wecom).press("好")
    (action,) = wecom.events(1)
    assert isinstance(action, CardAction)
    assert (action.do, action.message, action.account) == ("yes", "T-1", "lin.a")
    body = {"userids": ["zhou.m"], "agentid": APP.agent_id, "response_code": action.token}
    body["button"] = {"replace_name": "已处理"}
    answer = Caller(wecom).post("message/update_template_card", json.dumps(body, ensure_ascii=False).encode())
    assert (answer["errcode"], answer["invaliduser"]) == (0, [])
    assert phone(wecom, "Zhou.M").screens()[0].buttons == ()
    assert phone(wecom).screens()[0].buttons == ("好",)


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if not replacement(card, "U-1")[0]])
def test_the_answer_to_a_press_shows_the_card_that_an_update_would(wecom: Rig, name: str) -> None:
    put(wecom, APPROVAL)
    wecom.bot.answer = Answer(card=CARDS[name])
    assert phone(wecom).press("同意") == ""
    _, native = replacement(CARDS[name], "U-1")
    assert wecom.world.chat("wecom", "lin.a")[0].content == native | {"task_id": "D-1"}


@pytest.mark.parametrize("old_spelling", [False, True])
def test_a_choice_comes_with_the_press(old_spelling: bool) -> None:
    with rig(old_spelling=old_spelling) as wecom:
        put(wecom, CHOOSE_GOAL)
        assert phone(wecom).screens()[0].fields == ("goal",)
        phone(wecom).press("选好了", goal="G-106")
        phone(wecom).press("选好了")
        chosen = [event.form for event in wecom.events(2) if isinstance(event, CardAction)]
    assert chosen == [{"goal": "G-106"}, {"goal": "G-104"}]


def test_a_vote_without_a_choice_is_not_sent(wecom: Rig) -> None:
    options = tuple(Option(f"{n}", f"第{n}") for n in range(12))
    put(wecom, Card(title="选", form=Form("fill", "好", (Choice("goal", "目标", options),))))
    assert phone(wecom).press("好") == "请先选择"
    assert phone(wecom).press("好", goal="11") == ""
    (action,) = wecom.events(1)
    assert isinstance(action, CardAction)
    assert action.form == {"goal": "11"}


def test_a_closed_button_cannot_be_pressed(wecom: Rig) -> None:
    put(wecom, APPROVAL)
    bubble = phone(wecom).screens()[0].bubble
    wecom.bot.answer = Answer(card=APPROVED)
    phone(wecom).press("同意")
    assert wecom.side.press("lin.a", bubble, {"key": "approve?request=R-12"}) == "这个按钮已失效"
    with pytest.raises(LookupError, match="同意"):
        phone(wecom).press("同意")


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda body: body.replace(b"<Nonce><![CDATA[", b"<Nonce><![CDATA[0"), "应用的回应有误（-40001）"),
        (lambda _: b"<xml>", "应用的回应有误（-40002）"),
        (lambda _: b"{}", "应用的回应有误（-40002）"),
        (lambda _: b"success", ""),
    ],
)
def test_a_bad_answer_to_a_press_is_said_and_changes_nothing(
    wecom: Rig, spoil: Callable[[bytes], bytes], text: str
) -> None:
    put(wecom, APPROVAL)
    before = phone(wecom).screens()
    wecom.bot.answer, wecom.bot.spoil = Answer(card=APPROVED), spoil
    assert phone(wecom).press("同意") == text
    assert phone(wecom).screens() == before


def test_a_bot_that_does_not_answer_is_told_to_the_presser(wecom: Rig) -> None:
    put(wecom, APPROVAL)
    wecom.bot.fail = 3
    assert phone(wecom).press("同意") == "应用没有回应，请稍后再试"


def test_the_whole_traffic_can_be_read(wecom: Rig) -> None:
    put(wecom, APPROVAL)
    phone(wecom).press("同意")
    call = next(exchange for exchange in wecom.world.traffic if "message/send" in exchange.path)
    assert "目标修订待审批" in call.request_body
    pushed = next(exchange for exchange in wecom.world.traffic if exchange.direction == "to_bot")
    assert "<![CDATA[approve?request=R-12]]>" in pushed.plain
    assert "approve" not in pushed.request_body
