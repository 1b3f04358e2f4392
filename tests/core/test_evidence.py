"""Pictures belong to a check-in: the open dialog's or the one just made, and to nothing else that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.events import Media
from storage.tables import Evidence
from tests.core.desk import Desk, text_of

PHOTO = Media("image", "img-1")


def say(desk: Desk, *lines: str) -> None:
    for line in lines:
        desk.now += timedelta(seconds=1)
        desk.say("lilei", line)


def show(desk: Desk) -> str:
    desk.now += timedelta(seconds=1)
    return text_of(desk.show("lilei", PHOTO))


def filed(desk: Desk) -> list[int]:
    with desk.database.read() as session:
        return [e.checkin for e in session.exec(select(Evidence))]


@pytest.mark.parametrize(
    "lines", [("给张三反馈",), ("申请协助", "韩梅梅"), ("打卡 G-102",), ("约王芳明天下午三点一对一", "记录一对一 T-1")]
)
def test_a_picture_in_the_middle_of_something_else_is_not_filed(desk: Desk, lines: tuple[str, ...]) -> None:
    say(desk, "续约率到82%了", *lines)
    assert "先没收" in show(desk)
    assert filed(desk) == []
    say(desk, "补一张照片")
    assert "照片已收下" in show(desk)
    assert filed(desk) == [1]


@pytest.mark.parametrize("lines", [("续约率到82%了",), ("打卡 G-101", "82")])
def test_a_picture_after_a_check_in_is_filed_with_it(desk: Desk, lines: tuple[str, ...]) -> None:
    say(desk, *lines)
    assert "照片已收下" in show(desk)
    assert filed(desk) == [1]
