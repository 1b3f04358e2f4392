"""Whatever is asked in a group, the group only ever gets the line that says where the answer went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from bot.simulator.dingtalk import DingTalkSide
from bot.simulator.feishu import FeishuSide
from cards.model import load
from cards.wording import Words
from storage.database import Database
from storage.tables import Delivery
from tests.stories.people import account_id
from tests.stories.town import Town, town

GROUP = "cid_or_oc_group1"
MOVED = Words("zh")("group.moved")
BEFORE = (
    "给王芳反馈：周三会上你补充了三个案例，客户点了头。建议下次把报价也带上。",
    "只有王芳",
    "约王芳明天下午三点一对一",
    "记录一对一 T-1",
    "续约和回款",
    "预算冻结",
    "法务早两天",
    "把G-101的目标改成80%，因为大客户砍单",
    "申请协助",
    "王芳",
    "周五前帮我看合同",
)
LINES = (
    "菜单",
    "我的目标",
    "李雷的目标",
    "看 G-110",
    "我本月还有哪些任务没完成？",
    "离目标还差多少？",
    "上次反馈提到的改进建议是什么？",
    "谁给过我反馈",
    "我收到的反馈",
    "李雷给我的反馈",
    "我的团队",
    "团队谁还没更新？",
    "李雷最近怎么样？",
    "李雷的成长图谱",
    "我的本季度绩效快照",
    "查看排名",
    "待我处理",
    "我的待审批",
    "我的一对一",
    "看一对一 T-1",
    "我的反馈码",
    "给李雷反馈：周三你打断了客户三次",
    "华东区续约率到79%了",
    "撤销",
    "同意",
    "打卡",
    "今天天气真好",
)


@pytest.fixture(params=["feishu", "dingtalk", "dingtalk-without-cards"])
def place(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Town]:
    """The platforms whose bots can be mentioned in a group."""
    name = str(request.param).partition("-")[0]
    with town(Database(sqlite_url), [name], dingtalk_cards=request.param != "dingtalk-without-cards") as made:
        yield made


def mention(place: Town, person: str, line: str) -> None:
    """Said in the group, and worked."""
    before, side, account = place.heard(), place.sides[place.name], account_id(place.name, person)
    if isinstance(side, FeishuSide):
        side.say_in_group(account, GROUP, line)
    else:
        assert isinstance(side, DingTalkSide)
        side.server.robot.groups[GROUP] = [account]
        side.say(account, line, GROUP)
    place.eventually(lambda: place.heard() > before or None)
    place.quiet()


def sent(place: Town) -> list[Delivery]:
    with place.program.database.read() as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def on_the_wire(place: Town) -> list[str]:
    """What the platform was told to show in the group."""
    return [
        one.request_body
        for one in place.world.traffic
        if one.direction == "from_bot" and GROUP in one.request_body + one.path
    ]


def test_a_group_only_hears_where_the_answer_went(place: Town) -> None:
    lilei = place.human("lilei", place.name)
    for line in BEFORE:
        lilei.tell(line)
    for line in LINES:
        place.clock.forward(seconds=15)  # platforms limit what one person may get in a minute
        known = len(sent(place))
        mention(place, "wangfang", line)
        new: list[Any] = sent(place)[known:]
        assert [d.state for d in new if d.group] == ["sent"], line
        assert any(d.person == "wangfang" and not d.group for d in new), line
    vault = place.program.core.vault
    in_group = [load(vault.open(d.card_sealed)) for d in sent(place) if d.group]
    assert [(card.text, card.is_plain, card.picture) for card in in_group] == [(MOVED, True, None)] * len(LINES)
    told = on_the_wire(place)
    assert len(told) == len(LINES)
    for body in told:
        assert MOVED in body.encode().decode("unicode_escape", "ignore") or MOVED in body
        assert len(body) < len(told[0]) + 20  # ids apart, all the same
