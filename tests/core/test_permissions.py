"""Random companies, random people who say and press random things: nobody is shown what the table forbids.

The oracle below reads rows and the table, none of the code that decides what is shown.
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from handlers.exports import KINDS, Export, export
from handlers.permissions import MAY
from handlers.routes import DOS
from storage.database import Database
from storage.tables import (
    Account,
    CheckIn,
    Feedback,
    FeedbackVersion,
    Goal,
    HelpRequest,
    Person,
    Revision,
    Talk,
    TalkNote,
)
from tests.core.desk import PRIVATE, VAULT, Desk
from tests.stories import people

NAMES = ("赵磊", "王芳", "李雷", "韩梅梅")
IDS = ("zhaolei", "wangfang", "lilei", "hanmeimei")
Step = tuple[int, tuple[str, ...] | str, int, int]
HEAVENLY = "甲乙丙丁戊己"
SALES, DELIVERY = people.SALES, people.DELIVERY

# What is said; {name} is a colleague, {mark} unique words, {n} the number of some row. A list is a whole dialog.
WRITES: tuple[tuple[str, ...], ...] = (
    ("给{name}反馈：周三会上你{mark}，客户签了字", "只有"),
    ("给{name}反馈：周三会上你{mark}，客户签了字", "和经理"),
    ("改一改 F-{n}", "周四会上你{mark}"),
    ("加标签 F-{n}", "1", "2", "3", "{mark}"),
    ("请{name}给我一些反馈",),
    ("约{name}明天下午三点一对一",),
    ("记录一对一 T-{n}", "{mark}一", "{mark}二", "{mark}三"),
    ("申请协助", "{name}", "请帮我{mark}"),
    ("接受 H-{n}",),
    ("申请修订 {own}", "80%", "因为{mark}"),
    ("同意 R-{n}",),
    ("驳回 R-{n} 因为{mark}",),
    ("/打卡 {own} 60",),
    ("撤销",),
)
READS: tuple[tuple[str, ...], ...] = (
    ("{name}的目标",),
    ("看一对一 T-{n}",),
    ("看 G-{n}",),
    ("{name}最近怎么样",),
    ("{name}的成长图谱",),
    ("我的团队",),
    ("团队谁还没更新",),
    ("待我处理",),
    ("我的待审批",),
    ("我收到的反馈",),
    ("{name}给我的反馈",),
    ("上次反馈提到的改进建议是什么",),
    ("谁给过我反馈",),
    ("今日摘要",),
    ("继续",),
    ("取消",),
)


@dataclass(frozen=True)
class Company:
    """For each person: a manager (or none, or a circle), roles and a department; for each goal its owner and parent."""

    managers: list[int | None]
    roles: list[list[str]]
    departments: list[str]
    owners: list[int | str]
    parents: list[int | None]


def company(dice: Random) -> Company:
    """Everybody has a goal, and a department has one."""
    anybody = range(len(IDS))
    return Company(
        [dice.choice([None, *anybody]) for _ in IDS],
        [dice.choice([[], [], ["hr"], ["admin"]]) for _ in IDS],
        [dice.choice([SALES, DELIVERY, "总部"]) for _ in IDS],
        [*anybody, dice.choice([SALES, DELIVERY])],
        [dice.choice([None, n]) for n in range(5)],
    )


def script(dice: Random) -> list[Step]:
    """First much is written, then everybody asks for everything."""
    written: list[Step] = [
        (dice.randrange(4), dice.choice(WRITES), dice.randrange(4), dice.randint(1, 3)) for _ in range(16)
    ]
    asking: list[tuple[str, ...] | str] = [*READS, *sorted(DOS)]
    asked: list[Step] = [
        (who, dice.choice(asking), dice.randrange(4), dice.randint(1, 3)) for who in range(len(IDS)) for _ in range(12)
    ]
    return [*written, *asked]


@dataclass
class World:
    desk: Desk
    marks: dict[str, str] = field(default_factory=dict)  # unique words, and who typed them
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    shown: int = 0

    def act(self, who: str, what: tuple[str, ...] | str, about: int, n: int) -> None:
        if isinstance(what, str):
            rows = "&".join(f"{kind}={letter}-{n}" for kind, letter in ROWS.items())
            self.desk.press(who, f"{what}?person={IDS[about]}&{rows}")
            return
        for line in what:
            mark = f"暗语{chr(0x9C00 + next(self.numbers))}鱼"
            if "{mark}" in line:
                self.marks[mark] = who
            self.desk.say(who, line.format(name=NAMES[about], mark=mark, n=n, own=f"G-{IDS.index(who) + 1}"))

    def check(self) -> None:
        """Every card that was made since the last look."""
        fresh = self.desk.deliveries(self.shown)
        self.shown += len(fresh)
        with self.desk.database.read() as session:
            goals = session.exec(select(Goal)).all()
            for person, text in fresh:
                for mark, by in self.marks.items():
                    assert mark not in text or person in {by} | told(session, mark), (person, mark, text)
                for goal in goals:
                    assert goal.title not in text or person in sees_goal(session, goal), (person, goal.id, text)


ROWS = {"feedback": "F", "request": "R", "talk": "T", "help": "H", "goal": "G", "checkin": "C"}


def told(session: Session, mark: str) -> set[str]:
    """Who may read the words, by the rows that hold them."""
    return told_in_private(session, mark) | told_at_work(session, mark)


def told_in_private(session: Session, mark: str) -> set[str]:
    found: set[str] = set()
    for version in session.exec(select(FeedbackVersion)):
        feedback = session.get_one(Feedback, version.feedback)
        sealed = [version.text_sealed, *([feedback.document_sealed] if feedback.document_sealed else [])]
        if any(mark in VAULT.open(each) for each in sealed):
            found |= feedback_readers(session, feedback)
    for note in session.exec(select(TalkNote)):
        if mark in PRIVATE.open(note.answers_sealed):
            talk = session.get_one(Talk, note.talk)
            found |= pick("talk.read", party={talk.organiser, talk.other})
    return found


def told_at_work(session: Session, mark: str) -> set[str]:
    found: set[str] = set()
    for help_request in session.exec(select(HelpRequest)):
        if mark in VAULT.open(help_request.text_sealed):
            found |= pick("help.read", requester={help_request.requester}, helper={help_request.helper})
    for checkin in session.exec(select(CheckIn)):
        if mark in checkin.note:
            found |= sees_goal(session, session.get_one(Goal, checkin.goal))
    for revision in session.exec(select(Revision)):
        if mark in revision.reason + revision.decision_reason:
            found |= revision_readers(session, revision)
    return found


def feedback_readers(session: Session, feedback: Feedback) -> set[str]:
    if feedback.state == "withdrawn":
        return {feedback.giver}
    manager = session.get_one(Person, feedback.receiver).manager
    chosen = {manager} if manager and feedback.readers == "receiver_and_manager" else set()
    return pick("feedback.read", giver={feedback.giver}, receiver={feedback.receiver}, reader=chosen)


def revision_readers(session: Session, revision: Revision) -> set[str]:
    goal = session.get_one(Goal, revision.goal)
    owner, above = owners(session, goal)
    return pick(
        "revision.see",
        requester={revision.requester},
        approver=set(revision.approvers),
        owner=owner,
        above=above,
        hr=with_role(session, "hr"),
    )


def sees_goal(session: Session, goal: Goal) -> set[str]:
    """By the table; who approves a change of it; and whose own goal leads up to it."""
    owner, above = owners(session, goal)
    shared = set(IDS) if goal.owner_kind == "department" else set()
    found = pick("goal.see", owner=owner, above=above, hr=with_role(session, "hr"), shared=shared)
    for revision in session.exec(select(Revision).where(Revision.goal == goal.id)):
        found |= {revision.requester, *revision.approvers}
    for other in session.exec(select(Goal)):
        if goal.id in ancestors(session, other):
            found |= owners(session, other)[0]
            # The chain up to the company's goal stands on the goal's own card.
            found |= sees_goal(session, other)
    return found


def ancestors(session: Session, goal: Goal) -> list[str]:
    found: list[str] = []
    while goal.parent and goal.parent not in found:
        found.append(goal.parent)
        goal = session.get_one(Goal, goal.parent)
    return found


def owners(session: Session, goal: Goal) -> tuple[set[str], set[str]]:
    """Who owns a goal, and who stands above that person."""
    if goal.owner_kind == "department":
        return {p.id for p in session.exec(select(Person)) if p.department == goal.owner}, set()
    above: list[str] = []
    manager = session.get_one(Person, goal.owner).manager
    while manager and manager not in above:
        above.append(manager)
        manager = session.get_one(Person, manager).manager
    return {goal.owner}, set(above)


def with_role(session: Session, role: str) -> set[str]:
    return {p.id for p in session.exec(select(Person)) if role in p.roles}


def pick(act: str, **relations: set[str]) -> set[str]:
    """Everybody in a relation that the table lets do it."""
    return {person for relation, members in relations.items() if relation in MAY[act] for person in members}


@contextmanager
def world(template: Path, company: Company) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(template, Path(folder) / 'maibo.db')}")
        with database.write() as session:
            found(session, company)
        yield World(Desk(database))
        database.close()


def found(session: Session, company: Company) -> None:
    """The rows of a company."""
    for n, person in enumerate(IDS):
        boss = company.managers[n]
        session.add(
            Person(
                id=person,
                name=NAMES[n],
                department=company.departments[n],
                manager=None if boss is None or boss == n else IDS[boss],
                roles=company.roles[n],
                changed_at=people.NOW,
            )
        )
    session.flush()
    session.add_all(Account(platform="feishu", id=people.account_id("feishu", p), person=p) for p in IDS)
    for n, (owner, parent) in enumerate(zip(company.owners, company.parents, strict=True), 1):
        session.add(
            Goal(
                id=f"G-{n}",
                owner=owner if isinstance(owner, str) else IDS[owner],
                owner_kind="department" if isinstance(owner, str) else "person",
                title=f"谜底{HEAVENLY[n]}题",
                metric=f"谜底{HEAVENLY[n]}题",
                unit="%",
                target=90,
                weight=20,
                parent=None if parent is None or parent + 1 <= n else f"G-{parent + 1}",
                due=date(2026, 12, 31),
                cycle="2026Q4",
            )
        )


# A failing script reads well enough as it is: shrinking databases takes minutes.
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(dice=st.randoms(use_true_random=True))
def test_nobody_is_shown_what_the_table_forbids(sqlite_template: Path, dice: Random) -> None:
    with world(sqlite_template, company(dice)) as made:
        for who, what, about, n in script(dice):
            made.act(IDS[who], what, about, n)
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
