"""The cast: a small company with two teams, HR, and goals for one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from bot.simulator.world import PLATFORMS
from bot.simulator.world import Account as SimAccount
from storage.tables import Account, Goal, GoalVersion, Person

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai
SALES, DELIVERY = "总部/华东销售部", "总部/交付中心"

PEOPLE: tuple[tuple[str, str, str, str | None, list[str]], ...] = (
    ("zhaolei", "赵磊", "总部", None, []),
    ("wangfang", "王芳", SALES, "zhaolei", []),
    ("lilei", "李雷", SALES, "wangfang", []),
    ("hanmeimei", "韩梅梅", SALES, "wangfang", []),
    ("liuyang", "刘洋", DELIVERY, "zhaolei", []),
    ("zhangsan", "张三", DELIVERY, "liuyang", []),
    ("sunli", "孙莉", "总部/人力资源部", "zhaolei", ["hr"]),
)
_COLUMNS = ("id", "owner", "title", "metric", "unit", "start", "current", "target", "weight")
_ROWS = (
    ("G-101", "lilei", "客户续约率提升至85%", "客户续约率", "%", 70, 76, 85, 30),
    ("G-102", "lilei", "新签约客户20家", "新签客户数", "家", 0, 7, 20, 20),
    ("G-103", "lilei", "客服平均响应时长降到8分钟", "平均响应时长", "分钟", 15, 12, 8, 20),
    ("G-104", "lilei", "季度回款500万", "回款额", "万元", 0, 320, 500, 20),
    ("G-106", "lilei", "华东回款率90%", "回款率", "%", 60, 71, 90, 10),
    ("G-110", "wangfang", "华东区续约率88%", "华东区续约率", "%", 70, 78, 88, 100),
)
GOALS: list[dict[str, Any]] = [
    dict(zip(_COLUMNS, row, strict=True))
    | {
        "direction": "down" if row[0] == "G-103" else "up",
        "due": date(2026, 12, 31),
        "cycle": "2026Q4",
        "parent": "G-110" if row[0] == "G-101" else None,
    }
    for row in _ROWS
]
STRANGER = "stranger"


def account_id(platform: str, person: str) -> str:
    """The platforms' ids differ from ours and from one another."""
    if platform == "feishu":
        return f"ou_{hashlib.md5(person.encode(), usedforsecurity=False).hexdigest()}"
    return f"{platform[0]}.{person}"


def settle_in(session: Session, platforms: Sequence[str] = PLATFORMS) -> None:
    """Everybody's rows, with an account on each platform."""
    for person, name, department, manager, roles in PEOPLE:
        session.add(
            Person(
                id=person,
                name=name,
                department=department,
                manager=manager,
                roles=list(roles),
                hired=date(2020, 1, 1),
                changed_at=NOW,
            )
        )
    session.flush()
    for person, *_ in PEOPLE:
        session.add_all(Account(platform=p, id=account_id(p, person), person=person) for p in platforms)
    for goal in GOALS:
        session.add(Goal(**goal))
        session.flush()
        agreed = {name: goal[name] for name in ("target", "weight", "due")}
        session.add(GoalVersion(goal=goal["id"], version=1, at=NOW, **agreed))


def phone_book() -> list[SimAccount]:
    """The same people as the platforms know them, and a stranger."""
    book = [
        SimAccount(p, account_id(p, person), person, name, department, account_id(p, manager) if manager else "")
        for p in PLATFORMS
        for person, name, department, manager, _ in PEOPLE
    ]
    return book + [SimAccount(p, account_id(p, STRANGER), "", "路人", "访客", "") for p in PLATFORMS]
