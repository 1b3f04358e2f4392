"""Who reads a feedback, and what they are shown of it: every version, and that it was changed or taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.tables import Person
from tests.core.desk import Desk, text_of
from tests.stories import people

FIRST = "周三客户会上你补充了三个案例，客户当场点了头"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
    yield Desk(database)
    database.close()


def give(desk: Desk, readers: str = "和经理", text: str = FIRST) -> None:
    """F-1, from 李雷 to 张三, whose manager is 刘洋."""
    desk.say("lilei", f"给张三反馈：{text}")
    desk.say("lilei", readers)


def change(desk: Desk, person: str, **columns: object) -> None:
    with desk.database.write() as session:
        row = session.get_one(Person, person)
        for name, value in columns.items():
            setattr(row, name, value)


def test_the_reader_is_the_manager_of_that_day_whatever_the_tree_says_later(desk: Desk) -> None:
    give(desk)
    change(desk, "zhangsan", manager="wangfang")
    assert "三个案例" in text_of(desk.say("liuyang", "张三最近怎么样"))
    assert "三个案例" not in text_of(desk.say("wangfang", "张三最近怎么样"))


def test_the_reader_is_the_one_whose_name_was_on_the_button(desk: Desk) -> None:
    desk.say("lilei", f"给张三反馈：{FIRST}")
    change(desk, "zhangsan", manager="wangfang")
    told = text_of(desk.say("lilei", "和经理"))
    assert "张三和刘洋" in told
    assert "三个案例" in text_of(desk.say("liuyang", "张三最近怎么样"))
    assert "三个案例" not in text_of(desk.say("wangfang", "张三最近怎么样"))


def test_a_manager_who_has_left_is_not_offered(desk: Desk) -> None:
    change(desk, "liuyang", active=False)
    assert "刘洋" not in text_of(desk.say("lilei", f"给张三反馈：{FIRST}"))
    assert "只有张三" in text_of(desk.say("lilei", "和经理"))
