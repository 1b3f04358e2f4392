"""The simulated WeCom against a client we did not write: wechatpy makes the bot's calls and reads its callbacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from wechatpy.enterprise import WeChatClient
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.parser import parse_message
from wechatpy.exceptions import WeChatClientException

from bot.simulator.world import Exchange
from cards.render.wecom import messages, replacement
from tests.gallery import APPROVAL, APPROVED, PLAIN
from tests.platforms.wecom_rig import APP, PEOPLE, Rig, rig

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


class Client(WeChatClient):  # type: ignore[misc]  # the library ships no types
    """The library writes WeCom's address into one call, so that this call alone is turned to loopback."""

    def fetch_access_token(self) -> object:
        query = {"corpid": self.corp_id, "corpsecret": self.secret}
        return self._fetch_access_token(f"{self.API_BASE_URL}gettoken", query)


@pytest.fixture
def wecom() -> Iterator[Rig]:
    with rig() as running:
        yield running


@pytest.fixture
def client(wecom: Rig) -> Iterator[Client]:
    made = Client(APP.corp_id, APP.secret, timeout=5)
    made.API_BASE_URL = f"{wecom.base}/cgi-bin/"
    made._http.trust_env = False
    yield made
    made._http.close()


def send(client: Client, native: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.message.send(APP.agent_id, "lin.a", msg=native)
    return answer


def test_a_text_is_sent(wecom: Rig, client: Client) -> None:
    answer = send(client, messages(PLAIN, "D-1")[0])
    assert (answer["errcode"], bool(answer["msgid"])) == (0, True)
    assert wecom.world.chat("wecom", "lin.a")[0].content == {"text": PLAIN.text}


def test_a_card_is_sent_and_updated_with_its_code(wecom: Rig, client: Client) -> None:
    code = send(client, messages(APPROVAL, "D-1")[0])["response_code"]
    _, card = replacement(APPROVED, "U-1")
    body = {"userids": ["lin.a"], "agentid": APP.agent_id, "response_code": code, "template_card": card}
    assert client.post("message/update_template_card", data=body)["invaliduser"] == []
    assert wecom.world.chat("wecom", "lin.a")[0].content["replace_text"] == "已同意"
    with pytest.raises(WeChatClientException) as error:
        client.post("message/update_template_card", data=body)
    assert error.value.errcode == 60140


def test_a_picture_goes_up_and_comes_down(wecom: Rig, client: Client) -> None:
    media_id = client.media.upload("image", ("map.png", PNG))["media_id"]
    client.message.send_image(APP.agent_id, "lin.a", media_id)
    assert wecom.world.chat("wecom", "lin.a")[0].kind == "image"
    down = client.get("media/get", params={"media_id": media_id})
    assert isinstance(down, requests.Response)
    assert down.content == PNG


def test_the_address_book_is_read(client: Client) -> None:
    names = {item["id"]: item["name"] for item in client.department.get()}
    members = [user for number in names for user in client.user.list(number)]
    assert set(names.values()) == {"总部", "华东销售部"}
    assert {user["userid"] for user in members} == {account.id for account in PEOPLE}
    assert client.user.get("LIN.A")["direct_leader"] == ["zhou.m"]


def test_the_menu_and_the_app_are_read(wecom: Rig, client: Client) -> None:
    button = {"type": "click", "name": "我的目标", "key": "goals"}
    assert client.menu.create(APP.agent_id, {"button": [button]})["errcode"] == 0
    assert client.menu.get(APP.agent_id)["button"] == [button]
    assert client.agent.get(APP.agent_id)["name"] == "脉搏"
    client.menu.delete(APP.agent_id)
    assert wecom.side.menu() == []


def test_an_expired_token_is_renewed_by_the_client(wecom: Rig, client: Client) -> None:
    client.agent.get(APP.agent_id)
    wecom.world.faults["wecom"].expire_token = 1
    assert client.agent.get(APP.agent_id)["errcode"] == 0


def opened(pushed: Exchange) -> str:
    query = {name: values[0] for name, values in parse_qs(urlsplit(pushed.path).query).items()}
    crypto = WeChatCrypto(APP.token, APP.aes_key, APP.corp_id)
    signed = (query["msg_signature"], query["timestamp"], query["nonce"])
    if pushed.method == "GET":
        return str(crypto.check_signature(*signed, query["echostr"]))
    return str(crypto.decrypt_message(pushed.request_body, *signed))


def test_a_message_is_opened_and_read_by_the_library(wecom: Rig) -> None:
    wecom.side.say("lin.a", "82% 了 ]]> 🎯")
    message = parse_message(opened(wecom.pushes(1)[0]))
    assert (message.type, message.content, message.source) == ("text", "82% 了 ]]> 🎯", "lin.a")
    assert message.id > 2**62


def test_the_test_of_the_address_is_opened_by_the_library(wecom: Rig) -> None:
    wecom.side.check_address()
    (pushed,) = wecom.pushes(1)
    assert opened(pushed) == pushed.plain


def test_an_answer_made_by_the_library_is_taken(wecom: Rig) -> None:
    plain = "<xml><ToUserName>lin.a</ToUserName><FromUserName>wwcorp0001</FromUserName></xml>"
    sealed = WeChatCrypto(APP.token, APP.aes_key, APP.corp_id).encrypt_message(plain, "nonce", "1795000000")
    assert wecom.side._open(sealed.encode(), "lin.a").findtext("ToUserName") == "lin.a"
