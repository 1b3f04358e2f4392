"""Every dialog × what may come in between × every platform: it goes on, ends or is offered again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from storage.database import Database
from storage.tables import Dialog, Feedback, FeedbackRequest, FeedbackVersion, Revision, Talk
from tests.phones import Screen
from tests.stories.town import Human, Town, town

TEXT = "上周三客户演示会上，你补充了三个案例，客户当场表达了合作意向"


@dataclass(frozen=True)
class Step:
    """A question, and its answer by field; `typed` ones are said even where there is a form."""

    asks: str
    answer: Mapping[str, str]
    typed: bool = False


@dataclass(frozen=True)
class Case:
    """`keeps`: after the first answer it knows more than its wish said. `alone`: one person alone may wish that."""

    wish: str
    what: str
    steps: Sequence[Step]
    done: str
    keeps: bool = True
    alone: bool = False


WHOM = {"person": "hanmeimei"}
WRITTEN = (Step("的反馈", {"text": TEXT}), Step("谁能看", {"readers": "只有"}))
CASES = {
    "check-in": Case(
        "打卡",
        "打卡",
        (Step("打卡 1/3", {"goal": "G-104"}), Step("打卡 2/3", {"value": "350"})),
        "已记：回款额 320 万元 → 350 万元",
    ),
    "change": Case(
        "申请修订",
        "申请修订",
        (
            Step("哪一个目标", {"goal": "G-101"}),
            Step("改成多少", {"target": "80"}, typed=True),
            Step("为什么要改", {"reason": "两家大客户预算冻结"}),
        ),
        "已发给王芳审批",
    ),
    "rejection": Case(
        "驳回 R-1", "审批", (Step("说一句原因", {"reason": "名单没核对"}),), "已驳回 R-1", keeps=False, alone=True
    ),
    "feedback": Case("我要反馈", "反馈", (Step("给谁反馈", WHOM), *WRITTEN), "已送到韩梅梅那里"),
    "edit": Case(
        "改一改 F-1",
        "改反馈",
        (Step("改给张三的反馈", {"text": TEXT}), Step("就这样发？", {"confirmed": "发送"})),
        "第 2 版",
        alone=True,
    ),
    "tags": Case(
        "加标签 F-1",
        "加标签",
        (
            Step("影响维度", {"dimension": "customer", "behavior": "sharing", "scene": "daily"}),
            Step("业务单号", {"document": "CRM-7788"}),
        ),
        "标签已记在给张三的反馈上",
        alone=True,
    ),
    "request": Case("请同事反馈", "请同事反馈", (Step("请谁给你反馈", WHOM),), "已请韩梅梅给你反馈", keeps=False),
    "answer": Case("写反馈 Q-1", "反馈", WRITTEN, "已送到王芳那里", alone=True),
    "booking": Case("约个一对一", "约一对一", (Step("和谁", WHOM), Step("什么时候", {"at": "明天下午三点"})), "已约"),
    "record": Case(
        "记录一对一 T-1",
        "一对一记录",
        (
            Step("三件最重要的事是什么", {"important": "续约、回款"}, typed=True),
            Step("最大的困难是什么", {"hardest": "预算冻结", "support": "法务早两天"}),
        ),
        "已记录",
    ),
    "help": Case(
        "申请协助",
        "申请协助",
        (Step("找谁", WHOM), Step("请韩梅梅帮忙", {"text": "周五前帮我看合同"})),
        "已请韩梅梅帮忙",
    ),
    "code": Case("", "反馈", WRITTEN, "已送到张三那里"),
}


@dataclass
class Scene:
    """One dialog of one person, somewhere on its way."""

    town: Town
    case: Case
    human: Human
    wish: str
    left: list[Step] = field(default_factory=list)

    def begin(self) -> None:
        """The wish, and the first answer where there are several."""
        self.left = list(self.case.steps)
        self.human.say(self.wish)
        self.asked()
        if len(self.left) > 1:
            self.answer()
            self.asked()
        self.town.quiet()

    def asked(self) -> Screen:
        return self.human.sees(self.left[0].asks)

    def answer(self) -> str:
        """The next step's; returns the toast."""
        step = self.left.pop(0)
        if step.typed:
            self.human.say(*step.answer.values())
            return ""
        return self.human.fill(**step.answer)

    def finish(self) -> None:
        toast = self.answer()
        while self.left:
            self.asked()
            toast = self.answer()
        if self.case.done not in toast:
            self.human.sees(self.case.done)
        self.town.quiet()
        assert self.open_dialogs() <= {"AddNote"}

    def open_dialogs(self) -> set[str]:
        with self.town.program.database.read() as session:
            return {f"{d.command}" for d in session.exec(select(Dialog)) if d.person == self.person}

    @property
    def person(self) -> str:
        return "wangfang" if self.case.what == "审批" else "lilei"


# What may come in between


def interrupted(scene: Scene) -> None:
    """A question, another wish, a restart, and somebody else who wishes the same."""
    other = None if scene.case.alone else scene.town.human("wangfang", scene.human.platform)
    if other is not None:
        other.say(scene.wish)
        other.sees(scene.case.steps[0].asks)
    scene.human.say("离目标还差多少？")
    scene.human.sees("离目标还差多少", "还差")
    scene.human.sees(f"刚才的“{scene.case.what}”还留着")
    ask_something_else(scene)
    scene.town.restart()
    scene.finish()
    if other is not None:
        assert other.shows(scene.case.done) is None
        other.say("取消")
        other.sees("先不做了")


def ask_something_else(scene: Scene) -> None:
    wish, asks = ("申请协助", "找谁") if scene.case.what == "打卡" else ("打卡 G-110", "打卡 2/3")
    scene.human.say(wish if scene.person == "wangfang" else wish.replace("G-110", "G-102"))
    scene.human.sees(asks)
    before = said(scene.human)
    scene.human.say("取消")
    scene.human.sees("先不做了")
    scene.town.eventually(lambda: said(scene.human) >= before + 2 or None)
    assert f"刚才的“{scene.case.what}”还留着" in scene.human.phone.screens()[-1].text


def said(human: Human) -> int:
    return len(human.phone.screens())


def half_an_hour_and_cancelled(scene: Scene) -> None:
    """The draft is offered again where there is something in it, else the wish is a new one; 取消 ends it."""
    scene.town.clock.forward(minutes=31)
    before = said(scene.human)
    scene.human.say(scene.wish)
    if scene.case.keeps:
        scene.human.sees(f"上次“{scene.case.what}”没做完")
        scene.human.press("继续")
    scene.town.eventually(lambda: (said(scene.human) > before and asks_now(scene)) or None)
    step = scene.human.phone.screens()[-1]
    assert scene.left[0].asks in step.text
    scene.human.say("取消")
    scene.human.sees("先不做了")
    scene.town.quiet()
    assert scene.open_dialogs() == set()
    assert not can_be_changed(scene.human) or after(scene.human, step).buttons == ()


def asks_now(scene: Scene) -> bool:
    return scene.left[0].asks in scene.human.phone.screens()[-1].text


def after(human: Human, screen: Screen) -> Screen:
    """How a message looks by now."""
    return next(s for s in human.phone.screens() if s.bubble == screen.bubble)


def can_be_changed(human: Human) -> bool:
    """Whether a card can be changed that nobody pressed: not on WeCom, and a plain message nowhere."""
    return human.platform != "wecom" and human.town.can_change_cards


HAPPENINGS: tuple[Callable[[Scene], None], ...] = (interrupted, half_an_hour_and_cancelled)


def prepare(place: Town) -> None:
    """Something to work on: F-1, R-1, T-1 and Q-1."""
    now = place.clock()
    asked: dict[str, Any] = {"requester": "lilei", "approver": "wangfang", "approvers": ["wangfang"], "reason": "x"}
    old: dict[str, Any] = {"old_target": 20, "old_weight": 20, "old_due": date(2026, 12, 31), "based_on": 1}
    sealed = place.program.core.vault.seal("旧的说法")
    with place.program.database.write() as session:
        session.add(Feedback(id=1, giver="lilei", receiver="zhangsan", at=now))
        session.flush()
        session.add(FeedbackVersion(feedback=1, version=1, text_sealed=sealed, score=0, at=now))
        session.add(Revision(id=1, goal="G-102", new_target=15, at=now, **old, **asked))
        session.add(Talk(id=1, organiser="lilei", other="wangfang", begins_at=now + timedelta(days=1), at=now))
        session.add(FeedbackRequest(id=1, asker="wangfang", giver="lilei", at=now))


def begin(place: Town, name: str, platform: str) -> Scene:
    prepare(place)
    case = CASES[name]
    scene = Scene(place, case, place.human("wangfang" if name == "rejection" else "lilei", platform), case.wish)
    if name == "code":
        zhangsan = place.human("zhangsan", platform)
        zhangsan.say("我的反馈码")
        text = zhangsan.sees("反馈码 zhangsan.").text.replace("：", " ")
        scene.wish = f"反馈码 {next(word for word in text.split() if word.startswith('zhangsan.'))}"
    scene.begin()
    return scene


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", CASES)
def test_a_dialog_and_what_comes_in_between(place: Town, name: str, happening: Callable[[Scene], None]) -> None:
    happening(begin(place, name, place.name))


# Somebody with accounts on several platforms


@pytest.fixture
def wide(sqlite_url: str) -> Iterator[Town]:
    """All three platforms at once."""
    with town(Database(sqlite_url)) as made:
        yield made


MOVES = (("wecom", "feishu"), ("feishu", "dingtalk"), ("dingtalk", "wecom"))


@pytest.mark.parametrize(("name", "here", "there"), [(name, *MOVES[n % 3]) for n, name in enumerate(CASES)])
def test_a_dialog_is_taken_up_on_another_platform(wide: Town, name: str, here: str, there: str) -> None:
    """Asked by card here, answered there; the card left behind says so and cannot be pressed any more."""
    scene = begin(wide, name, here)
    left, behind = scene.human, scene.asked()
    scene.human = wide.human(scene.person, there)
    scene.human.say("继续")
    scene.asked()
    scene.finish()
    assert left.shows(scene.case.done) is None
    closed = after(left, behind)
    # WeCom lets a card be changed only by a press on it: there it says so when it is pressed.
    assert not can_be_changed(left) or ("后面的消息接着问了" in closed.text and not closed.buttons)


@pytest.mark.parametrize(("here", "there"), MOVES)
def test_an_answer_in_the_chat_there_closes_the_card_here(wide: Town, here: str, there: str) -> None:
    scene = begin(wide, "check-in", here)
    behind = scene.asked()
    wide.human("lilei", there).tell("350")
    closed = after(scene.human, behind)
    assert not can_be_changed(scene.human) or ("已填：350" in closed.text and not closed.buttons)


def test_an_old_question_cannot_send_what_was_written_since(place: Town) -> None:
    """It asks who may read the words for 张三; the dialog is about 韩梅梅 by now."""
    lilei = place.human("lilei", place.name)
    lilei.say(f"给张三反馈：{TEXT}")
    lilei.sees("给张三的反馈", "谁能看")
    place.quiet()
    old = next(s for s in lilei.phone.screens() if "只有张三" in s.buttons)
    lilei.say("给韩梅梅反馈：周四评审会上你把风险列成了表格，十分钟就定了")
    lilei.sees("给韩梅梅的反馈", "谁能看")
    place.quiet()
    before = place.heard()
    if "只有张三" in after(lilei, old).buttons:
        lilei.phone.press("只有张三", bubble=old.bubble)
    else:
        lilei.say("只有张三")
    place.eventually(lambda: place.heard() > before or None)
    place.quiet()
    with place.program.database.read() as session:
        assert session.exec(select(Feedback)).all() == []


def test_words_that_come_too_late_are_kept_with_the_draft(wide: Town) -> None:
    scene = begin(wide, "help", "feishu")
    wide.clock.forward(minutes=31)
    scene.answer()
    scene.human.sees("这一步已经过期", "还留着")
    scene.human.press("继续")
    scene.human.sees(scene.case.done)


def test_a_draft_can_be_dropped_by_typing_what_its_button_says(place: Town) -> None:
    scene = begin(place, "help", place.name)
    place.clock.forward(minutes=31)
    scene.human.say(scene.wish)
    scene.human.sees("上次“申请协助”没做完")
    before = said(scene.human)
    scene.human.say("放弃")
    place.eventually(lambda: said(scene.human) > before or None)
    assert "找谁" in scene.human.phone.screens()[-1].text
