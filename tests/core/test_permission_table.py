"""The table of permissions, act by act: which relation is enough, who stands in it, and what everybody else hears.

Written against `tests.core.rules`; a relation that slips into a row of the code's own table fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from handlers import permissions
from handlers.exports import Export, export
from handlers.permissions import MAY, may
from storage.database import Database
from storage.tables import (
    CheckIn,
    Feedback,
    FeedbackRequest,
    FocusPoint,
    Goal,
    HelpRequest,
    Nudge,
    Person,
    Revision,
    Talk,
)
from tests.core.desk import VAULT, Desk, text_of
from tests.core.rules import ACTS
from tests.stories import people

RELATIONS = sorted(set().union(*ACTS.values(), {"anyone", "hr", "admin"}))
EVERYBODY = {person for person, *_ in people.PEOPLE}
ADMIN = "hanmeimei"  # and nothing else to anything below
GIVEN = ("给张三反馈：周三会上你补充了三个案例，客户点了头", "和经理")


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """One of each thing: mostly of 李雷, whose manager is 王芳; F-1 is for 张三 and his manager."""
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
        session.get_one(Person, ADMIN).roles = ["admin"]
    made = Desk(database)
    asked = ("请刘洋给我一些反馈", "约王芳明天下午三点一对一", "申请协助", "刘洋", "请帮我看合同")
    for said in ("/打卡 G-101 80", "把G-101的目标改成80%，因为预算冻结", *GIVEN, *asked):
        made.say("lilei", said)
    for said in ("关注点 李雷", "先听完再答", "客户打断次数减半", "2026-12-18"):
        made.say("wangfang", said)
    with database.write() as session:
        nudge = Nudge(
            job="silence",
            slot="s",
            person="wangfang",
            kind="silence",
            subject="lilei",
            period="p",
            text="t",
            at=people.NOW,
        )
        session.add(nudge)
    yield made
    database.close()


Stands = Callable[[Session, Person], set[str]]
TO: dict[str, Stands] = {
    "goal": lambda s, p: permissions.to_goal(s, p, s.get_one(Goal, "G-101")),
    "checkin": lambda s, p: permissions.to_checkin(p, s.get_one(CheckIn, 1)),
    "revision": lambda s, p: permissions.to_revision(s, p, s.get_one(Revision, 1)),
    "feedback": lambda s, p: permissions.to_feedback(p, s.get_one(Feedback, 1)),
    "request": lambda s, p: permissions.to_request(p, s.get_one(FeedbackRequest, 1)),
    "talk": lambda s, p: permissions.to_talk(p, s.get_one(Talk, 1)),
    "help": lambda s, p: permissions.to_help(p, s.get_one(HelpRequest, 1)),
    "focus": lambda s, p: permissions.to_focus(p, s.get_one(FocusPoint, 1)),
    "team": permissions.to_team,
    "digest": lambda _s, p: permissions.of_person(p),
    "audit": lambda _s, p: permissions.of_person(p),
    "nudge": lambda s, p: permissions.to_nudge(p, s.get_one(Nudge, 1)),
    "person": lambda _s, p: permissions.of_person(p),
}
WHO = {
    "goal.see": {"lilei", "wangfang", "zhaolei", "sunli"},
    "goal.change": {"lilei"},
    "goal.revise": {"lilei", "wangfang", "zhaolei"},
    "checkin.note": {"lilei"},
    "revision.see": {"lilei", "wangfang", "zhaolei", "sunli"},
    "revision.decide": {"wangfang"},
    "revision.withdraw": {"lilei"},
    "feedback.read": {"lilei", "zhangsan", "liuyang"},
    "feedback.edit": {"lilei"},
    "feedback.tag": {"lilei"},
    "feedback.thank": {"zhangsan"},
    "feedback.count": {"lilei", "zhangsan", "liuyang", "sunli"},
    "request.answer": {"liuyang"},
    "talk.read": {"lilei", "wangfang"},
    "help.answer": {"liuyang"},
    "focus.read": {"lilei", "wangfang"},
    "focus.answer": {"lilei"},
    "focus.drop": {"wangfang"},
    "team.see": {"zhaolei", "wangfang", "liuyang"},
    "digest.see": {"sunli"},
    "audit.see": {"sunli", ADMIN},
    "nudge.see": {"wangfang", "sunli", ADMIN},
    "nudge.answer": {"wangfang"},
    "person.see": EVERYBODY,
}
# What somebody without the relation tries, and the no they hear. A press is written with its arguments.
TRIES = {
    "goal.see": ("看 G-101", "能看"),
    "goal.change": ("打卡 G-101", "只有本人能更新"),
    "goal.revise": ("申请修订 G-101", "李雷的目标"),
    "checkin.note": ("evidence?checkin=C-1", "没有可以撤销"),
    "revision.decide": ("同意 R-1", "由王芳审批"),
    "revision.withdraw": ("撤回 R-1", "没有 R-1"),
    "feedback.read": ("看反馈 F-1", "没有找到这条反馈"),
    "feedback.edit": ("改一改 F-1", "只有李雷能改"),
    "feedback.tag": ("加标签 F-1", "没有找到这条反馈"),
    "feedback.thank": ("谢谢 F-1", "没有找到这条反馈"),
    "request.answer": ("写反馈 Q-1", "没有"),
    "talk.read": ("看一对一 T-1", "没有找到这个一对一"),
    "help.answer": ("接受 H-1", "发给刘洋"),
    "focus.answer": ("做到了 P-1", "没有找到这个关注点"),
    "focus.drop": ("不再关注 P-1", "没有找到这个关注点"),
    "team.see": ("我的团队", "没有人向你汇报"),
    "digest.see": ("今日摘要", "给人力资源看"),
    "nudge.answer": ("稍后提醒 N-1", "已经处理过"),
}


def test_who_may_set_a_focus_point(desk: Desk) -> None:
    """For oneself and for who reports to one, not for whoever is further down; HR and admin as everybody else."""
    with desk.database.read() as session:
        lilei = session.get_one(Person, "lilei")
        everybody = [session.get_one(Person, person) for person in sorted(EVERYBODY)]
        allowed = {p.id for p in everybody if may("focus.set", permissions.to_report(p, lilei))}
    assert allowed == {"lilei", "wangfang"}
    for person in sorted(EVERYBODY - allowed):
        assert "只能给自己或直接下属定" in text_of(desk.say(person, "关注点 李雷")), person


def test_the_two_tables_know_the_same_acts() -> None:
    assert MAY.keys() == ACTS.keys()


@pytest.mark.parametrize("act", ACTS)
def test_each_relation_is_enough_for_an_act_or_refused(act: str) -> None:
    assert {relation for relation in RELATIONS if may(act, {relation})} == ACTS[act]
    assert not may(act, set())


@pytest.mark.parametrize("act", WHO)
def test_who_stands_in_the_relation(desk: Desk, act: str) -> None:
    with desk.database.read() as session:
        everybody = [session.get_one(Person, person) for person in sorted(EVERYBODY)]
        stands = TO[act.partition(".")[0]]
        assert {person.id for person in everybody if may(act, stands(session, person))} == WHO[act]


@pytest.mark.parametrize("act", TRIES)
def test_everybody_else_is_refused(desk: Desk, act: str) -> None:
    tried, told = TRIES[act]
    ask = desk.press if "?" in tried else desk.say
    for person in sorted(EVERYBODY - WHO[act]):
        assert told in text_of(ask(person, tried)), person


@pytest.mark.parametrize(
    ("act", "kind"),
    [("revision.see", "revisions"), ("feedback.count", "feedback"), ("nudge.see", "nudges"), ("audit.see", "audit")],
)
def test_an_export_holds_rows_for_those_alone(desk: Desk, act: str, kind: str) -> None:
    with desk.database.read() as session:
        for person in sorted(EVERYBODY):
            of = Export(session, VAULT, ZoneInfo("Asia/Shanghai"), session.get_one(Person, person))
            assert bool(list(export(kind, of))) == (person in WHO[act]), person
