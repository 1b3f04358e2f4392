"""Somebody scans a colleague's code, signs in with their platform, and goes on in the chat."""

from __future__ import annotations

import re

import segno

from cards import pictures
from cards.model import QrCode
from tests.phones.browser import AGENTS, browser
from tests.stories.people import account_id
from tests.stories.town import Human, Town

OPENED, AGAIN = "已在聊天里打开", "已经打开过了"
ASKS = "给李雷的反馈"


def code_link(person: Human) -> str:
    """The link in the message that is made to be forwarded."""
    person.say("我的反馈码")
    found = re.search(r"http://\S+/f/\S+", person.sees("/f/").text)
    assert found
    return found[0]


def test_who_scans_a_code_writes_in_their_own_chat_and_its_owner_receives_it(place: Town) -> None:
    lilei, hanmeimei = place.human("lilei", place.name), place.human("hanmeimei", place.name)
    link = code_link(lilei)
    with browser(place.name, account_id(place.name, "hanmeimei")) as phone:
        assert OPENED in phone.scan(link).text
    hanmeimei.sees(ASKS)
    hanmeimei.say("周三的复盘会上，你补充了三个客户案例，方案当场就定了")
    hanmeimei.sees("谁能看")
    hanmeimei.press("只有李雷")
    lilei.sees("补充了三个客户案例")


def test_the_code_comes_as_a_picture_too(place: Town) -> None:
    lilei = place.human("lilei", place.name)
    link = code_link(lilei)
    rows = tuple("".join(map(str, row)) for row in segno.make_qr(link, error="m").matrix)
    picture = next(one for screen in lilei.phone.screens() for one in screen.pictures)
    assert place.world.media[picture][2] == pictures.png(QrCode("扫一扫，给李雷写反馈", rows))


def test_scanning_twice_asks_once(place: Town) -> None:
    link = code_link(place.human("lilei", place.name))
    with browser(place.name, account_id(place.name, "hanmeimei")) as phone:
        pages = [phone.scan(link).text for _ in range(2)]
    assert all(OPENED in page for page in pages)
    place.quiet()
    asked = [s for s in place.human("hanmeimei", place.name).phone.screens() if ASKS in s.text]
    assert len(asked) == 1


def test_reloading_the_page_afterwards_opens_nothing_more(place: Town) -> None:
    link = code_link(place.human("lilei", place.name))
    with browser(place.name, account_id(place.name, "hanmeimei")) as phone:
        page = phone.scan(link)
        assert AGAIN in phone.open(str(page.url)).text


def test_in_another_browser_one_chooses_the_platform_first(place: Town) -> None:
    link = code_link(place.human("lilei", place.name))
    with browser(place.name, account_id(place.name, "hanmeimei"), AGENTS[""]) as desk:
        page = desk.open(link)
        assert "给李雷写反馈" in page.text
        assert "反馈码 lilei." in page.text
        assert OPENED in desk.follow(desk.follow(page, "打开"), "身份继续").text
    place.human("hanmeimei", place.name).sees(ASKS)


def test_scanning_ones_own_code_is_refused_as_in_the_chat(place: Town) -> None:
    lilei = place.human("lilei", place.name)
    link = code_link(lilei)
    with browser(place.name, account_id(place.name, "lilei")) as phone:
        assert "没有打开" in phone.scan(link).text
    lilei.sees("反馈要写给同事")


def test_a_second_scan_after_the_first_was_answered_asks_again(place: Town) -> None:
    lilei, hanmeimei = place.human("lilei", place.name), place.human("hanmeimei", place.name)
    link = code_link(lilei)
    with browser(place.name, account_id(place.name, "hanmeimei")) as phone:
        phone.scan(link)
        hanmeimei.sees(ASKS)
        hanmeimei.tell("取消")
        before = len(list(hanmeimei.phone.screens()))
        phone.scan(link)
    place.quiet()
    assert ASKS in list(hanmeimei.phone.screens())[before:][-1].text
