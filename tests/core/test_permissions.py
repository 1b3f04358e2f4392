"""Random companies, random people who say and press random things: nobody is shown what the rules forbid.

The rules are those of `tests.core.rules`.
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from handlers import policy
from handlers.exports import KINDS, Export, export
from handlers.routes import DOS
from storage.database import Database
from storage.tables import Account, Goal, Person
from tests.core.desk import VAULT, Desk
from tests.core.rules import sees_goal, told
from tests.stories import people

NAMES = {
    "zhaolei": "赵磊",
    "wangfang": "王芳",
    "lilei": "李雷",
    "hanmeimei": "韩梅梅",
    "fiona": "Fiona Green",
    "oscar": "Oscar Lindt",
    "sunli": "孙莉",
}
DEPARTMENTS = (people.SALES, people.DELIVERY, "总部", "总部/人力资源部")
Step = tuple[str, tuple[str, ...] | str, str, int]

# What is said; {name} is a colleague, {mark} unique words, {n} the number of some row. A tuple is a whole dialog.
WRITES: tuple[tuple[str, ...], ...] = (
    ("给{name}反馈：周三会上你{mark}，客户签了字", "只有"),
    ("给{name}反馈：周三会上你{mark}，客户签了字", "和经理"),
    ("feedback for {name}: on Wednesday you {mark} and the client signed", "1"),
    ("feedback for {name}: on Wednesday you {mark} and the client signed", "2"),
    ("改一改 F-{n}", "周四会上你{mark}", "发送"),
    ("edit F-{n}", "on Thursday you {mark}", "cancel"),
    ("加标签 F-{n}", "1", "2", "3", "{mark}"),
    ("请{name}给我一些反馈",),
    ("约{name}明天下午三点一对一",),
    ("book a one-to-one with {name} tomorrow at 3pm",),
    ("记录一对一 T-{n}", "{mark}一", "{mark}二", "{mark}三"),
    ("record talk T-{n}", "{mark} one", "{mark} two"),
    ("申请协助", "{name}", "请帮我{mark}"),
    ("接受 H-{n}",),
    ("申请修订 {own}", "80%", "因为{mark}"),
    ("revise {own}", "80%", "because {mark}"),
    ("新增一个目标：{mark}做到95%，12月31日前",),
    ("同意 R-{n}",),
    ("驳回 R-{n} 因为{mark}",),
    ("/打卡 {own} 60",),
    ("打卡 {own}", "61", "{mark}"),
    ("切换成英文",),
    ("撤销",),
    ("关注点 {name}", "{mark}一", "{mark}二", "2026-12-18"),
    ("focus me", "{mark} one", "{mark} two", "2026-12-18"),
    ("做到了 P-{n}",),
    ("还需要时间 P-{n}", "2027-01-08"),
    ("drop P-{n}",),
)
# What every company has: something of each kind that is not for everybody.
FIRST = (
    WRITES[0],
    WRITES[1],
    ("约{name}明天下午三点一对一",),
    ("记录一对一 T-1", "{mark}一", "{mark}二", "{mark}三"),
    WRITES[12],
)
READS: tuple[tuple[str, ...], ...] = (
    ("{name}的目标",),
    ("goals of {name}",),
    ("看一对一 T-{n}",),
    ("see talk T-{n}",),
    ("我的一对一",),
    ("我的关注点",),
    ("my focus points",),
    ("看 G-{n}",),
    ("goal G-{n}",),
    ("{name}最近怎么样",),
    ("how is {name} doing",),
    ("{name}的成长图谱",),
    ("{name}的本季度绩效快照",),
    ("我的团队",),
    ("my team",),
    ("团队谁还没更新",),
    ("待我处理",),
    ("我的待审批",),
    ("我收到的反馈",),
    ("我给出的反馈",),
    ("看反馈 F-{n}",),
    ("see feedback F-{n}",),
    ("feedback i received",),
    ("{name}给我的反馈",),
    ("上次反馈提到的改进建议是什么",),
    ("谁给过我反馈",),
    ("今日摘要",),
    ("today",),
    ("排名",),
    ("继续",),
    ("取消",),
)


@dataclass(frozen=True)
class Member:
    """`manager`: nobody, or somebody listed earlier: there are several roots, and no circles."""

    id: str
    manager: str | None
    roles: list[str]
    department: str
    active: bool
    away: bool
    locale: str


@dataclass(frozen=True)
class Company:
    """For each goal its owner and parent; `hr`: who gets a department's digest."""

    members: list[Member]
    owners: list[str]
    parents: list[int | None]
    hr: dict[str, list[str]]


def company(dice: Random) -> Company:
    """Everybody has a goal, and a department has one."""
    ids = dice.sample(sorted(NAMES), dice.randint(4, len(NAMES)))
    members = [
        Member(
            person,
            dice.choice([None, *ids[:n], *ids[:n]]),
            dice.choice([[], [], [], ["hr"], ["admin"]]),
            dice.choice(DEPARTMENTS),
            active=dice.random() > 0.15,
            away=dice.random() > 0.8,
            locale=dice.choice(["zh", "zh", "en"]),
        )
        for n, person in enumerate(ids)
    ]
    owners = [*ids, dice.choice(DEPARTMENTS)]
    parents = [dice.choice([None, *range(n)]) for n in range(len(owners))]
    return Company(members, owners, parents, {dice.choice(DEPARTMENTS): [dice.choice(ids)]})


def script(dice: Random, made: Company) -> list[Step]:
    """First much is written, then everybody asks for everything."""
    ids = [member.id for member in made.members]
    here = [member.id for member in made.members if member.active]
    one, other = dice.sample(here, 2) if len(here) > 1 else (ids[0], ids[1])
    first: list[Step] = [(one, what, other, 1) for what in FIRST]
    asking: list[tuple[str, ...] | str] = [*READS, *READS, *sorted(DOS)]
    written: list[Step] = [
        (dice.choice(ids), what, dice.choice(ids), dice.randint(1, 3)) for what in dice.sample(WRITES * 2, 14)
    ]
    asked: list[Step] = [
        (who, dice.choice(asking), dice.choice(ids), dice.randint(1, 2)) for who in ids for _ in range(8)
    ]
    return [*first, *written, *asked]


@dataclass
class World:
    desk: Desk
    goals: dict[str, str]  # by owner
    titles: dict[str, str]  # by goal
    marks: dict[str, str] = field(default_factory=dict)  # unique words, and who typed them
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    shown: int = 0

    def act(self, who: str, what: tuple[str, ...] | str, about: str, n: int) -> None:
        if isinstance(what, str):
            rows = "&".join(f"{kind}={letter}-{n}" for kind, letter in ROWS.items())
            self.desk.press(who, f"{what}?person={about}&{rows}")
            return
        for line in what:
            mark = f"暗语{chr(0x9C00 + next(self.numbers))}鱼"
            if "{mark}" in line:
                self.marks[mark] = who
            self.desk.now += timedelta(seconds=1)
            self.desk.say(who, line.format(name=NAMES[about], mark=mark, n=n, own=self.goals[who]))

    def check(self) -> None:
        """Every card that was made since the last look."""
        fresh = self.desk.deliveries(self.shown)
        self.shown += len(fresh)
        with self.desk.database.read() as session:
            readers = cache(lambda mark: {self.marks[mark]} | told(session, mark))
            viewers = cache(lambda goal: sees_goal(session, session.get_one(Goal, goal)))
            for person, text in fresh:
                for mark in filter(text.__contains__, self.marks):
                    assert person in readers(mark), (person, mark, text)
                for goal, title in self.titles.items():
                    assert title not in text or person in viewers(goal), (person, goal, text)


ROWS = {"feedback": "F", "request": "R", "talk": "T", "help": "H", "goal": "G", "checkin": "C"}


@contextmanager
def world(template: Path, company: Company) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(template, Path(folder) / 'maibo.db')}")
        with database.write() as session:
            found(session, company)
        numbered = list(enumerate(company.owners, 1))
        goals, titles = {owner: f"G-{n}" for n, owner in numbered}, {f"G-{n}": title(n) for n, _ in numbered}
        yield World(Desk(database), goals, titles)
        database.close()


def found(session: Session, company: Company) -> None:
    """The rows of a company."""
    for member in company.members:
        away = people.NOW.date() if member.away else None
        session.add(
            Person(
                id=member.id,
                name=NAMES[member.id],
                department=member.department,
                manager=member.manager,
                roles=member.roles,
                active=member.active,
                away_from=away,
                away_until=away,
                locale=member.locale,
                changed_at=people.NOW,
            )
        )
        session.flush()
        session.add(Account(platform="feishu", id=people.account_id("feishu", member.id), person=member.id))
    for n, (owner, parent) in enumerate(zip(company.owners, company.parents, strict=True), 1):
        session.add(goal(n, owner, parent))
    for department, persons in company.hr.items():
        policy.store(session, department, {"hr": persons})


def goal(n: int, owner: str, parent: int | None) -> Goal:
    """The n-th goal."""
    return Goal(
        id=f"G-{n}",
        owner=owner,
        owner_kind="person" if owner in NAMES else "department",
        title=title(n),
        metric=title(n),
        unit="%",
        target=90,
        weight=20,
        parent=None if parent is None else f"G-{parent + 1}",
        due=date(2026, 12, 31),
        cycle="2026Q4",
    )


def title(n: int) -> str:
    """A title that nothing else holds."""
    return f"谜底{'零甲乙丙丁戊己庚辛'[n]}题"


# A failing script reads well enough as it is: shrinking databases takes minutes. Random each time; with what fails
# comes the line that plays it again.
@settings(
    max_examples=6,
    deadline=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(dice=st.randoms(use_true_random=True))
def test_nobody_is_shown_what_the_rules_forbid(sqlite_template: Path, dice: Random) -> None:
    drawn = company(dice)
    with world(sqlite_template, drawn) as made:
        for step in script(dice, drawn):
            made.act(*step)
            made.check()
        check_exports(made)
        assert made.marks


def check_exports(made: World) -> None:
    with made.desk.database.read() as session:
        for reader in session.exec(select(Person)).all():
            of = Export(session, VAULT, ZoneInfo("Asia/Shanghai"), reader)
            text = json.dumps([list(export(kind, of)) for kind in KINDS], ensure_ascii=False, default=str)
            for mark, by in made.marks.items():
                assert mark not in text or reader.id in {by} | told(session, mark), (reader.id, mark, text)
            for goal in session.exec(select(Goal)):
                assert goal.title not in text or reader.id in sees_goal(session, goal), (reader.id, goal.id)
