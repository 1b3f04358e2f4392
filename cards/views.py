"""Plain values that cards are made of, already cut to what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cards.formats import amount, number
from cards.wording import Words


@dataclass(frozen=True, slots=True)
class GoalView:
    """`health`: green, yellow or red. `ahead`: days before (+) or behind (-) the expected pace; None: reached."""

    id: str
    title: str
    metric: str
    unit: str
    current: float
    target: float
    weight: float
    due: date
    version: int
    health: str
    ahead: int | None
    updated: date | None

    @property
    def name(self) -> str:
        """What people call it in a sentence."""
        return self.metric or self.title

    def pace(self, words: Words) -> str:
        if self.ahead is None:
            return words("pace.reached")
        if self.ahead == 0:
            return words("pace.even")
        return words("pace.ahead" if self.ahead > 0 else "pace.behind", days=abs(self.ahead))

    def standing(self) -> str:
        """76% / 85%, 320 / 500 万元."""
        if self.unit in {"", "%"}:
            return f"{amount(self.current, self.unit)} / {amount(self.target, self.unit)}"
        return f"{number(self.current)} / {amount(self.target, self.unit)}"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a revision changes. `part`: target, weight or due; old and new are ready to read."""

    part: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RevisionView:
    """`state`: pending, approved, rejected or withdrawn. `decided`: who and when (local), where decided.

    `is_new`: it asks for a goal, and `goal` is what that would be; it has no id before it is agreed.
    """

    id: str
    requester: str
    approver: str
    goal: GoalView
    changes: Sequence[ChangeView]
    reason: str
    state: str
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""
    is_new: bool = False

    def change(self, words: Words) -> str:
        """目标值 85% → 80%，截止 …"""
        if self.is_new:
            title, target = self.goal.title, amount(self.goal.target, self.goal.unit)
            is_said = target.replace(" ", "") in title.replace(" ", "")
            return words("newgoal.change", what=title if is_said else f"{title} {target}", due=self.goal.due)
        sign = "，" if words.locale == "zh" else ", "
        return sign.join(f"{words(f'revision.{c.part}')} {c.old} → {c.new}" for c in self.changes)


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """`texts`: every version, oldest first, written at `times`, but for edits that were taken back. `version`: the
    number of the last one.

    `manager`: who else may read it, empty where nobody. `tags`: as they are called.
    """

    id: str
    giver: str
    receiver: str
    manager: str
    texts: Sequence[str]
    state: str
    at: datetime
    withdrawn_at: datetime | None = None
    thanked: bool = False
    tags: Sequence[str] = ()
    document: str = ""
    version: int = 1
    times: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What a feedback text gives: `parts` as found, `hints` the gravest first, `rules` (words, points, earned).

    `flaw`: judges or vague, empty where the text can go out as it is.
    """

    parts: Mapping[str, str | None]
    score: int
    rules: Sequence[tuple[str, int, bool]]
    hints: Sequence[str]
    flaw: str

    @property
    def is_weak(self) -> bool:
        return bool(self.flaw)


@dataclass(frozen=True, slots=True)
class HelpView:
    id: str
    requester: str
    helper: str
    text: str
    due: date | None
    state: str
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemberView:
    """One line of the team card."""

    name: str
    green: int
    yellow: int
    red: int
    updated: date | None
