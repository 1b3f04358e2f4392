"""The page in a real browser: what a person sees and does on the three phones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.simulator.world import PLATFORMS, Exchange
from cards import pictures
from cards.model import Figures, Measure
from tests.simulator import natives
from tests.simulator.conftest import NOW, Stage

pytestmark = pytest.mark.browser

HOLDERS = {"wecom": "lilei.wecom", "dingtalk": "wangfang.dingtalk", "feishu": "sunli.feishu"}
CARDS = {"wecom": natives.WECOM, "dingtalk": natives.DINGTALK, "feishu": natives.FEISHU}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cf500f0003860180d4f2c8230000000049454e44ae426082"
)


def phone(page: Page, platform: str) -> Locator:
    return page.locator(f".phone.{platform}")


def send(stage: Stage, platform: str, content: dict[str, Any], kind: str = "card") -> None:
    stage.world.post(platform, HOLDERS[platform], "bot", kind, content)


def pressed(page: Page, stage: Stage, platform: str) -> dict[str, Any]:
    """What the platform was told of the newest press, once the page is done with it."""
    expect(phone(page, platform).locator(".toast")).to_have_text("收到")
    press = stage.sides[platform].last("press")[3]
    assert isinstance(press, dict)
    return press


@pytest.fixture(autouse=True)
def _answers(stage: Stage) -> None:
    for side in stage.sides.values():
        side.answer = lambda _: "收到"


def test_each_phone_starts_with_another_person_so_that_the_story_can_be_seen(page: Page, stage: Stage) -> None:
    for platform, name in zip(PLATFORMS, ("李雷", "王芳", "孙莉"), strict=True):
        expect(phone(page, platform).locator(".who strong")).to_have_text(name)
        assert stage.sides[platform].last("open") == ("open", HOLDERS[platform])


def test_enter_sends_what_was_typed_and_shift_enter_breaks_the_line(page: Page, stage: Stage) -> None:
    line = phone(page, "wecom").get_by_label("以李雷的身份说")
    line.fill("续约率到82%了")
    line.press("Shift+Enter")
    line.press_sequentially("真的")
    line.press("Enter")
    expect(phone(page, "wecom").locator(".row.me .bubble")).to_have_text("续约率到82%了\n真的")
    assert stage.sides["wecom"].last("say") == ("say", "lilei.wecom", "续约率到82%了\n真的")
    expect(line).to_have_value("")


def test_a_menu_item_and_a_voice_message_reach_the_platform(page: Page, stage: Stage) -> None:
    feishu = phone(page, "feishu")
    feishu.get_by_role("navigation").get_by_role("button", name="我的目标").click()
    feishu.get_by_role("button", name="说话").click()
    feishu.get_by_placeholder("输入语音会转成的文字").fill("八十二")
    with page.expect_response("**/voice"):
        feishu.get_by_role("button", name="发送", exact=True).click()
    assert stage.sides["feishu"].last("menu") == ("menu", "sunli.feishu", "goals")
    assert stage.sides["feishu"].last("voice") == ("voice", "sunli.feishu", "八十二")


def test_a_chat_with_several_pictures_opens_at_its_end(page: Page, stage: Stage) -> None:
    """They come in after the messages, and each makes the chat longer."""
    content = pictures.png(Figures("本周", tuple(Measure(str(n), "1", "0", 0.5) for n in range(5))))
    for _ in range(3):
        send(stage, "wecom", {"media": stage.world.keep_media("a.png", "image/png", content), "name": "a"}, "image")
    page.reload()
    images = phone(page, "wecom").locator(".picture img")
    expect(images).to_have_count(3)
    expect(images.last).to_be_in_viewport(ratio=0.9)


def test_a_picture_is_previewed_before_it_is_sent(page: Page, stage: Stage) -> None:
    wecom = phone(page, "wecom")
    wecom.locator("input[type=file]").set_input_files({"name": "现场.png", "mimeType": "image/png", "buffer": PNG})
    expect(wecom.locator(".preview img")).to_be_visible()
    assert not any(act[0] == "picture" for act in stage.sides["wecom"].done)
    wecom.get_by_role("button", name="发送图片").click()
    expect(wecom.locator(".preview")).to_be_hidden()
    assert stage.sides["wecom"].last("picture") == ("picture", "lilei.wecom", "现场.png", PNG)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_words_of_a_person_become_part_of_the_page(page: Page, stage: Stage, platform: str) -> None:
    send(stage, platform, CARDS[platform])
    send(stage, platform, {"text": natives.HARM}, "text")
    send(stage, platform, {"text": natives.HARM}, "markdown")
    chat = phone(page, platform).locator(".chat")
    expect(chat.locator(".row")).to_have_count(3)
    assert chat.locator("script, img[src=x], [onerror]").count() == 0
    assert chat.inner_text().count("<script>document.title='harm'</script>") >= 3
    assert page.title() == "脉搏模拟器"


def test_a_card_changes_in_its_place(page: Page, stage: Stage) -> None:
    send(stage, "wecom", natives.WECOM)
    send(stage, "wecom", {"text": "下一条"}, "text")
    expect(phone(page, "wecom").get_by_role("button", name="同意")).to_be_visible()
    with stage.world.changing():
        stage.world.bubbles[0].content = {**natives.WECOM, "replace_text": "已同意"}
    first = phone(page, "wecom").locator(".row").first
    expect(first.get_by_role("button", name="已同意")).to_be_disabled()
    expect(first).to_have_class(re.compile("changed"))
    expect(first.get_by_role("button", name="驳回")).to_have_count(0)


def test_a_card_that_did_not_change_keeps_what_was_typed_into_it(page: Page, stage: Stage) -> None:
    send(stage, "feishu", natives.FEISHU)
    phone(page, "feishu").get_by_label("原因").fill("还没核对")
    send(stage, "feishu", {"text": "下一条"}, "text")
    expect(phone(page, "feishu").locator(".row")).to_have_count(2)
    expect(phone(page, "feishu").get_by_label("原因")).to_have_value("还没核对")


def test_wecoms_press_carries_the_key_and_the_choice(page: Page, stage: Stage) -> None:
    send(stage, "wecom", natives.WECOM)
    phone(page, "wecom").get_by_role("combobox", name="目标").select_option("G-106")
    phone(page, "wecom").get_by_role("button", name="同意").click()
    assert pressed(page, stage, "wecom") == {"key": "approve?request=R-12", "selected": {"goal": ["G-106"]}}


def test_wecoms_list_sends_the_option_that_was_marked(page: Page, stage: Stage) -> None:
    options = [{"id": f"G-{n}", "text": f"目标{n}", "is_checked": n == 1} for n in range(3)]
    checkbox = {"question_key": "goal", "mode": 0, "option_list": options}
    submit = {"text": "选好了", "key": "fill?dialog=41"}
    send(stage, "wecom", {"card_type": "vote_interaction", "checkbox": checkbox, "submit_button": submit})
    phone(page, "wecom").get_by_label("目标2").check()
    phone(page, "wecom").get_by_role("button", name="选好了").click()
    assert pressed(page, stage, "wecom") == {"key": "fill?dialog=41", "selected": {"goal": ["G-2"]}}


def test_dingtalks_form_sends_its_hidden_field_and_what_was_filled_in(page: Page, stage: Stage) -> None:
    send(stage, "dingtalk", natives.DINGTALK)
    card = phone(page, "dingtalk")
    card.get_by_role("combobox", name="目标").select_option("G-106")
    card.get_by_role("button", name="提交审批").click()
    expect(card.locator(".toast")).to_have_text("请填写：原因")
    card.get_by_label("原因").fill("预算冻结")
    card.get_by_role("button", name="提交审批").click()
    assert pressed(page, stage, "dingtalk") == {
        "actionIds": ["form"],
        "params": {
            "form": {"_do": "fill?dialog=43", "goal": {"index": 1, "value": "G-106"}, "reason": "预算冻结"},
        },
    }


def test_dingtalks_button_sends_what_it_does(page: Page, stage: Stage) -> None:
    send(stage, "dingtalk", natives.DINGTALK)
    phone(page, "dingtalk").locator(".card").get_by_role("button", name="取消").click()
    assert pressed(page, stage, "dingtalk") == {"actionIds": ["press"], "params": {"do": "cancel?dialog=43"}}


def test_a_dingtalk_link_says_its_sentence(page: Page, stage: Stage) -> None:
    send(stage, "dingtalk", natives.DINGTALK_LINKS, "markdown")
    phone(page, "dingtalk").get_by_role("button", name="同意").click()
    expect(phone(page, "dingtalk").locator(".row.me .bubble")).to_have_text("同意 R-12")
    assert stage.sides["dingtalk"].last("say") == ("say", "wangfang.dingtalk", "同意 R-12")


def test_feishus_form_is_checked_by_the_client_and_sent_with_every_field(page: Page, stage: Stage) -> None:
    send(stage, "feishu", natives.FEISHU)
    card = phone(page, "feishu")
    card.get_by_role("button", name="驳回").click()
    expect(card.locator(".toast")).to_have_text("请填写：原因")
    card.locator("input[type=date]").fill("2026-12-31")
    card.get_by_label("原因").fill("还没核对")
    card.get_by_role("button", name="驳回").click()
    assert pressed(page, stage, "feishu") == {
        "tag": "button",
        "name": "press_reject",
        "value": {"do": "reject"},
        "form_value": {"due": "2026-12-31", "health": "", "reason": "还没核对"},
    }


def test_feishu_asks_before_a_press_that_wants_it(page: Page, stage: Stage) -> None:
    send(stage, "feishu", natives.FEISHU)
    feishu = phone(page, "feishu")
    feishu.locator(".card").get_by_role("button", name="同意").click()
    feishu.get_by_role("alertdialog").get_by_role("button", name="取消").click()
    assert not any(act[0] == "press" for act in stage.sides["feishu"].done)
    feishu.locator(".card").get_by_role("button", name="同意").click()
    feishu.get_by_role("alertdialog").get_by_role("button", name="确定").click()
    assert pressed(page, stage, "feishu")["value"] == {"do": "approve"}


def test_feishu_refuses_a_button_without_a_value(page: Page, stage: Stage) -> None:
    send(stage, "feishu", natives.FEISHU)
    phone(page, "feishu").get_by_role("button", name="坏按钮").click()
    expect(phone(page, "feishu").locator(".toast")).to_contain_text("200340")
    assert not any(act[0] == "press" for act in stage.sides["feishu"].done)


def test_somebody_elses_message_shows_a_badge_and_one_tap_goes_there(page: Page, stage: Stage) -> None:
    stage.world.post("wecom", "wangfang.wecom", "bot", "text", {"text": "李雷申请修订"})
    wecom = phone(page, "wecom")
    wecom.get_by_role("button", name="王芳 1 条未读").click()
    expect(wecom.locator(".who strong")).to_have_text("王芳")
    expect(wecom.locator(".row .bubble")).to_have_text("李雷申请修订")
    expect(wecom.locator(".chip")).to_have_count(0)
    assert stage.world.bubbles[0].read


def test_people_are_found_by_typing(page: Page) -> None:
    wecom = phone(page, "wecom")
    wecom.locator(".who").click()
    page.keyboard.type("sunli")
    expect(wecom.locator(".person")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(wecom.locator(".who strong")).to_have_text("孙莉")


def test_the_guide_writes_the_first_sentence_and_goes_away_for_good(page: Page) -> None:
    page.locator(".guide").get_by_role("button", name="续约率到82%了").click()
    expect(phone(page, "wecom").get_by_label("以李雷的身份说")).to_have_value("续约率到82%了")
    page.get_by_role("button", name="知道了").click()
    page.reload()
    page.wait_for_selector(".phone.feishu .menu-item")
    expect(page.locator(".guide")).to_be_hidden()


def test_the_drawer_shows_what_went_over_the_wire_and_what_was_in_it(page: Page, stage: Stage) -> None:
    for number, platform in enumerate(PLATFORMS, 1):
        address = f"http://127.0.0.1:8001/callback/{platform}?signature=s"
        headers = {"Content-Type": "text/xml"}
        stage.world.record(
            Exchange(number, platform, "to_bot", NOW, "POST", address, headers, "sealed", 503, "busy", 12.4, "opened")
        )
    page.get_by_role("button", name="流量").click()
    expect(page.locator(".exchanges li")).to_have_count(3)
    page.get_by_label("平台").select_option("feishu")
    row = page.locator(".exchanges li")
    expect(row).to_contain_text("POST /callback/feishu")
    row.locator("summary").click()
    for text in ("503", "12 ms", "opened", "sealed", "busy", "Content-Type: text/xml", "signature=s"):
        expect(row).to_contain_text(text)


def test_the_drawer_switches_faults(page: Page, stage: Stage) -> None:
    page.get_by_role("button", name="故障").click()
    page.get_by_label("飞书 重复推送").fill("2")
    with page.expect_response("**/faults"):
        page.keyboard.press("Tab")
    assert stage.world.faults["feishu"].duplicate == 2
    with page.expect_response("**/feishu/faults"):
        page.get_by_role("button", name="全部关掉").click()
    assert stage.world.faults["feishu"].duplicate == 0


def test_the_pages_own_words_change_to_english(page: Page) -> None:
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("heading", name="Maibo simulator")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_nothing_scrolls_sideways_at_any_width(page: Page, stage: Stage) -> None:
    for platform in PLATFORMS:
        send(stage, platform, CARDS[platform])
        send(stage, platform, {"text": "字" * 200 + "W" * 200}, "text")
    expect(phone(page, "wecom").locator(".row")).to_have_count(2)
    sideways = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth).length"
    for width in (390, 480, 768, 1040, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator("html, body, .chat").evaluate_all(sideways) == 0, width


def test_a_narrow_screen_shows_one_phone_and_tabs(browser: Browser, address: str, stage: Stage) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    page.wait_for_selector(".phone.wecom.active .menu-item")
    expect(phone(page, "feishu")).to_be_hidden()
    stage.world.post("feishu", HOLDERS["feishu"], "bot", "text", {"text": "新消息"})
    expect(page.get_by_role("tab", name="飞书").locator(".dot")).to_be_visible()
    page.get_by_role("tab", name="飞书").click()
    expect(phone(page, "feishu").locator(".row .bubble")).to_have_text("新消息")
    expect(page.get_by_role("tab", name="飞书").locator(".dot")).to_have_count(0)
    page.close()


def test_a_phone_scans_the_codes_that_the_others_show(page: Page, stage: Stage) -> None:
    wecom = phone(page, "wecom")
    wecom.get_by_role("button", name="扫一扫").click()
    expect(wecom.get_by_role("dialog")).to_contain_text("我的反馈码")
    wecom.get_by_role("button", name="取消").click()
    send(stage, "feishu", {"text": "点开链接：\nhttp://127.0.0.1:9/f/sunli.aaaaaaaa"}, "text")
    expect(phone(page, "feishu").locator(".bubble")).to_contain_text("/f/sunli")
    wecom.get_by_role("button", name="扫一扫").click()
    code = wecom.get_by_role("link", name="孙莉")
    expect(code).to_have_attribute("href", re.compile(r"/sim/wecom/scan\?account=lilei\.wecom&url=http%3A%2F%2F127"))
