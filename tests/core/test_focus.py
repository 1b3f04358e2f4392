"""Focus points: at most two, for oneself or a report, moved twice at most, and read by the two alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import SQLModel, select

from storage.database import Database
from storage.tables import AuditEntry, FocusPoint, Person
from tests.core.desk import VAULT, Desk, text_of
from tests.stories import people

SECRET, MEASURE = "马甲甲先听完再答", "马乙乙打断减半"
OTHERS = [person for person, *_ in people.PEOPLE if person not in {"lilei", "wangfang"}]
ASKED = ("我的关注点", "做到了 P-1", "还需要时间 P-1", "不再关注 P-1", "关注点 李雷", "我的团队", "今日摘要")


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
        session.get_one(Person, "zhaolei").roles = ["admin", "hr"]
    yield Desk(database)
    database.close()


def set_one(desk: Desk, by: str = "wangfang", whom: str = "李雷", due: str = "2026-12-18") -> str:
    desk.say(by, f"关注点 {whom}")
    desk.say(by, SECRET)
    desk.say(by, MEASURE)
    return text_of(desk.say(by, due))


def points(desk: Desk) -> list[FocusPoint]:
    with desk.database.read() as session:
        return list(session.exec(select(FocusPoint).order_by(FocusPoint.id)))  # type: ignore[arg-type]


def test_what_is_not_said_is_asked_and_sealed(desk: Desk) -> None:
    assert "P-1 已发给李雷" in set_one(desk)
    (row,) = points(desk)
    assert (row.person, row.by, row.due.isoformat(), row.state) == ("lilei", "wangfang", "2026-12-18", "open")
    assert (VAULT.open(row.text_sealed), VAULT.open(row.measure_sealed)) == (SECRET, MEASURE)


def test_a_manager_chooses_among_reports_and_may_mean_themself(desk: Desk) -> None:
    assert "给谁" in text_of(desk.say("wangfang", "定个关注点"))
    assert "给李雷定关注点" in text_of(desk.say("wangfang", "李雷"))
    desk.say("wangfang", "取消")
    assert "给王芳定关注点" in text_of(desk.say("wangfang", "focus me"))


def test_who_leads_nobody_means_themself(desk: Desk) -> None:
    assert "给李雷定关注点" in text_of(desk.say("lilei", "定个关注点"))


@pytest.mark.parametrize("whom", ["张三", "王芳", "没有这人"])
def test_nobody_else_can_be_meant(desk: Desk, whom: str) -> None:
    assert "只能给自己或直接下属定" in text_of(desk.say("lilei", f"关注点 {whom}"))


def test_a_third_is_refused_and_names_the_two_to_who_may_read_them(desk: Desk) -> None:
    set_one(desk)
    set_one(desk, "lilei", "自己")
    told = text_of(desk.say("wangfang", "关注点 李雷"))
    assert "已有两个关注点" in told
    assert SECRET in told.partition("P-2")[0]
    assert SECRET not in told.partition("P-2")[2]
    desk.say("lilei", "做到了 P-1")
    assert "给李雷定关注点" in text_of(desk.say("wangfang", "关注点 李雷"))


def test_a_day_that_is_over_is_refused(desk: Desk) -> None:
    assert "已经过去了" in set_one(desk, due="2026-11-17")
    assert points(desk) == []


def test_more_time_is_given_twice(desk: Desk) -> None:
    set_one(desk)
    for n, due in enumerate(("2026-12-25", "2027-01-08"), 1):
        desk.say("lilei", "还需要时间 P-1")
        assert "改到" in text_of(desk.say("lilei", due))
        assert (points(desk)[0].due.isoformat(), points(desk)[0].moved) == (due, n)
    assert "和王芳聊聊" in text_of(desk.say("lilei", "还需要时间 P-1"))


def test_a_day_no_later_is_refused(desk: Desk) -> None:
    set_one(desk)
    desk.say("lilei", "还需要时间 P-1")
    assert "晚" in text_of(desk.say("lilei", "2026-12-18"))
    assert points(desk)[0].moved == 0


def test_the_setter_hears_of_each_in_one_line(desk: Desk) -> None:
    set_one(desk)
    desk.say("lilei", "还需要时间 P-1")
    desk.say("lilei", "2026-12-25")
    desk.say("lilei", "做到了 P-1")
    heard = [shown for person, shown in desk.deliveries() if person == "wangfang"]
    assert [sum(what in shown for shown in heard) for what in ("李雷的 P-1 改到 12-25", "李雷做到了 P-1")] == [1, 1]


def test_it_is_done_once(desk: Desk) -> None:
    set_one(desk)
    desk.say("lilei", "做到了 P-1")
    assert "已经结束" in text_of(desk.say("lilei", "做到了 P-1"))
    assert "已经结束" in text_of(desk.say("wangfang", "不再关注 P-1"))
    assert points(desk)[0].state == "done"


def test_setting_and_doing_can_be_taken_back(desk: Desk) -> None:
    set_one(desk)
    desk.say("lilei", "做到了 P-1")
    assert "照旧" in text_of(desk.say("lilei", "撤销"))
    assert (points(desk)[0].state, points(desk)[0].closed_at) == ("open", None)
    assert "已撤回给李雷定的关注点" in text_of(desk.say("wangfang", "撤销"))
    assert points(desk)[0].state == "dropped"


def test_what_is_done_meanwhile_cannot_be_taken_back(desk: Desk) -> None:
    set_one(desk)
    desk.say("lilei", "做到了 P-1")
    desk.say("wangfang", "撤销")
    assert points(desk)[0].state == "done"


def test_the_list_holds_ones_own_and_those_one_set(desk: Desk) -> None:
    set_one(desk)
    set_one(desk, "wangfang", "自己")
    assert SECRET in text_of(desk.say("lilei", "我的关注点"))
    listed = text_of(desk.say("wangfang", "my focus points"))
    assert listed.index("P-2") < listed.index("P-1")
    assert "还没有" in text_of(desk.say("hanmeimei", "我的关注点"))


@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_reads_it(desk: Desk, person: str) -> None:
    set_one(desk)
    for said in ASKED:
        shown = text_of(desk.say(person, said))
        assert SECRET not in shown
        assert MEASURE not in shown
    assert points(desk)[0].state == "open"


def test_no_column_and_no_audit_line_holds_it_in_the_clear(desk: Desk) -> None:
    set_one(desk)
    with desk.database.read() as session:
        lines = [entry.action for entry in session.exec(select(AuditEntry))]
        tables = SQLModel.metadata.tables.values()
        rows = [repr(row) for table in tables for row in session.connection().execute(table.select())]
    assert "focus.set" in lines
    assert not any(secret in row for row in rows for secret in (SECRET, MEASURE))


def test_feedback_to_a_report_says_how_to_follow_up(desk: Desk) -> None:
    good = "给李雷反馈：上周三客户演示会上，你补充了三个案例，客户当场点头"
    desk.say("wangfang", good)
    assert "关注点 李雷" in text_of(desk.say("wangfang", "只有李雷"))
    desk.say("hanmeimei", good)
    assert "关注点" not in text_of(desk.say("hanmeimei", "只有李雷"))
