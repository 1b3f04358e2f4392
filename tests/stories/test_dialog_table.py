"""Every dialog × everything that may come in between × every platform: it goes on, ends or is offered again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select

from storage.database import Database
from storage.tables import Dialog, Feedback, FeedbackRequest, FeedbackVersion, Revision, Talk
from tests.phones import Phone, Screen
from tests.stories import people
from tests.stories.conftest import MODES
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
            Step("三件最重要的事", {"important": "续约、回款"}, typed=True),
            Step("最大的困难", {"hardest": "预算冻结", "support": "法务早两天"}),
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


class Fresh:
    """A phone without what it showed before."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._seen = len(phone.screens())

    def screens(self) -> Sequence[Screen]:
        return self._phone.screens()[self._seen :]

    def __getattr__(self, name: str) -> object:
        return getattr(self._phone, name)


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

    def answer(self) -> None:
        step = self.left.pop(0)
        if step.typed:
            self.human.say(*step.answer.values())
        else:
            self.human.fill(**step.answer)

    def finish(self) -> None:
        self.answer()
        while self.left:
            self.asked()
            self.answer()
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


def a_question(scene: Scene) -> None:
    scene.human.say("离目标还差多少？")
    scene.human.sees("离目标还差多少", "还差")
    scene.human.sees(f"刚才的“{scene.case.what}”还留着")
    scene.finish()


def another_wish(scene: Scene) -> None:
    wish, asks = ("申请协助", "找谁") if scene.case.what == "打卡" else ("打卡", "打卡 1/3")
    if scene.person == "wangfang":
        wish, asks = "打卡 G-110", "打卡 2/3"
    scene.human.say(wish)
    scene.human.sees(asks)
    scene.human.say("取消")
    scene.human.sees("先不做了")
    scene.human.sees(f"刚才的“{scene.case.what}”还留着")
    scene.finish()


def a_restart(scene: Scene) -> None:
    scene.town.restart()
    scene.finish()


def cancelled(scene: Scene) -> None:
    step = scene.asked()
    scene.human.say("取消")
    scene.human.sees("先不做了")
    scene.town.quiet()
    assert scene.open_dialogs() == set()
    closed = next(s for s in scene.human.phone.screens() if s.bubble == step.bubble)
    assert closed.buttons == () or scene.human.platform == "wecom" or not scene.town.can_change_cards


def half_an_hour(scene: Scene) -> None:
    scene.town.clock.forward(minutes=31)
    scene.human.phone = Fresh(scene.human.phone)  # type: ignore[assignment]  # passes on what it does not know
    scene.human.say(scene.wish)
    if scene.case.keeps:
        scene.human.sees(f"上次“{scene.case.what}”没做完")
        scene.human.press("继续")
    scene.asked()
    scene.town.quiet()
    scene.finish()


def somebody_else(scene: Scene) -> None:
    if scene.case.alone:
        pytest.skip("nobody else may wish that")
    other = human_in(scene.town, "wangfang", scene.human.platform)
    other.say(scene.wish)
    other.sees(scene.case.steps[0].asks)
    scene.finish()
    assert other.shows(scene.case.done) is None
    other.say("取消")
    other.sees("先不做了")


HAPPENINGS: tuple[Callable[[Scene], None], ...] = (
    a_question, another_wish, a_restart, cancelled, half_an_hour, somebody_else
)  # fmt: skip


@pytest.fixture(scope="module")
def towns(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Town]]:
    """All three platforms at once, and DingTalk without a card template."""
    import shutil
    from contextlib import ExitStack

    folder = tmp_path_factory.mktemp("dialogs")
    with ExitStack() as stack:
        made = {}
        for name, names in (("wide", ["wecom", "dingtalk", "feishu"]), ("plain", ["dingtalk"])):
            url = f"sqlite:///{shutil.copy(str(sqlite_template), folder / name)}"
            made[name] = stack.enter_context(town(Database(url), names, dingtalk_cards=name == "wide"))
        yield made


def start_over(place: Town) -> None:
    """The first minute again, with something to work on: F-1, R-1, T-1 and Q-1."""
    with place.program.database.write() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if not table.name.startswith("audit"):
                session.connection().execute(table.delete())
        session.expire_all()
        people.settle_in(session, list(place.sides))
        prepare(session, place)


def prepare(session: Session, place: Town) -> None:
    now = place.clock()
    session.add(Feedback(id=1, giver="lilei", receiver="zhangsan", at=now))
    session.flush()
    sealed = place.program.core.vault.seal("旧的说法")
    session.add(FeedbackVersion(feedback=1, version=1, text_sealed=sealed, score=0, at=now))
    old: dict[str, Any] = {"old_target": 88.0, "old_weight": 100.0, "old_due": date(2026, 12, 31)}
    asked: dict[str, Any] = {
        "requester": "lilei",
        "approver": "wangfang",
        "approvers": ["wangfang"],
        "reason": "x",
        "based_on": 1,
    }
    session.add(Revision(id=1, goal="G-102", new_target=15.0, at=now, **old, **asked))
    session.add(Talk(id=1, organiser="lilei", other="wangfang", begins_at=now + timedelta(days=1), at=now))
    session.add(FeedbackRequest(id=1, asker="wangfang", giver="lilei", at=now))


def human_in(place: Town, person: str, platform: str) -> Human:
    found = place.human(person, platform)
    return Human(place, platform, Fresh(found.phone))  # type: ignore[arg-type]  # passes on what it does not know


def scene_in(place: Town, name: str, platform: str) -> Scene:
    case = CASES[name]
    made = Scene(place, case, human_in(place, "lilei", platform), case.wish)
    made.human = human_in(place, made.person, platform)
    if name == "code":
        zhangsan = human_in(place, "zhangsan", platform)
        zhangsan.say("我的反馈码")
        said = zhangsan.sees("反馈码 zhangsan.").text.replace("：", " ").split()
        made.wish = f"反馈码 {next(word for word in said if word.startswith('zhangsan.'))}"
    return made


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", CASES)
def test_a_dialog_and_what_comes_in_between(
    towns: Mapping[str, Town], name: str, happening: Callable[[Scene], None], mode: str
) -> None:
    place = towns["plain" if mode == "dingtalk-without-cards" else "wide"]
    start_over(place)
    scene = scene_in(place, name, mode.partition("-")[0])
    scene.begin()
    happening(scene)


# Somebody with accounts on several platforms

MOVES = (("wecom", "feishu"), ("feishu", "dingtalk"), ("dingtalk", "wecom"))


@pytest.mark.parametrize(("here", "there"), MOVES)
@pytest.mark.parametrize("name", CASES)
def test_a_dialog_is_taken_up_on_another_platform(towns: Mapping[str, Town], name: str, here: str, there: str) -> None:
    """Asked by card here, answered there; the card left behind says so and cannot be pressed any more."""
    place = towns["wide"]
    start_over(place)
    scene = scene_in(place, name, here)
    scene.begin()
    left, behind = scene.human, scene.asked()
    scene.human = human_in(place, scene.person, there)
    scene.human.say("继续")
    scene.asked()
    scene.finish()
    assert left.shows(scene.case.done) is None
    closed = next(s for s in left.phone.screens() if s.bubble == behind.bubble)
    # WeCom lets a card be changed only by a press on it: there it says so when it is pressed.
    assert here == "wecom" or ("后面的消息接着问了" in closed.text and not closed.buttons)


@pytest.mark.parametrize(("here", "there"), MOVES)
def test_an_answer_in_the_chat_there_closes_the_card_here(towns: Mapping[str, Town], here: str, there: str) -> None:
    place = towns["wide"]
    start_over(place)
    scene = scene_in(place, "check-in", here)
    scene.begin()
    behind = scene.asked()
    human_in(place, "lilei", there).tell("350")
    closed = next(s for s in scene.human.phone.screens() if s.bubble == behind.bubble)
    assert here == "wecom" or ("已填：350" in closed.text and not closed.buttons)


def test_a_card_left_behind_cannot_send_what_was_written_since(towns: Mapping[str, Town]) -> None:
    """The old card asks who may read the words for 张三; the dialog is about 韩梅梅 by now."""
    place = towns["wide"]
    start_over(place)
    lilei = human_in(place, "lilei", "wecom")
    lilei.say(f"给张三反馈：{TEXT}")
    old = lilei.sees("给张三的反馈", "谁能看")
    lilei.say("给韩梅梅反馈：周四评审会上你把风险列成了表格，十分钟就定了")
    lilei.sees("给韩梅梅的反馈", "谁能看")
    lilei.phone.press("只有张三", bubble=old.bubble)
    lilei.sees("这一步已经过去了")
    place.quiet()
    with place.program.database.read() as session:
        assert [f.id for f in session.exec(select(Feedback))] == [1]


def test_words_that_come_too_late_are_kept_with_the_draft(towns: Mapping[str, Town]) -> None:
    place = towns["wide"]
    start_over(place)
    lilei = human_in(place, "lilei", "feishu")
    lilei.say("申请协助")
    lilei.sees("找谁")
    lilei.fill(person="hanmeimei")
    lilei.sees("请韩梅梅帮忙")
    place.clock.forward(minutes=31)
    lilei.fill(text="周五前帮我看合同")
    lilei.sees("这一步已经过期", "还留着")
    lilei.press("继续")
    lilei.sees("已请韩梅梅帮忙")
    place.quiet()
