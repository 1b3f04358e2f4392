"""Reads what a check-in says: the figure, how it is meant (the metric now, a change, part of the way), the health."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from handlers.understanding import goals, units
from handlers.understanding.context import Context, Goal
from handlers.understanding.lexicon import table
from handlers.understanding.numbers import POINTS, SHARE, Amount
from handlers.understanding.sentence import AMOUNT, Sentence, is_few

ABSOLUTE: Final = "absolute"
DELTA: Final = "delta"
PROGRESS: Final = "progress"
_ORDER: Final = ("absolute", "count", "progress", "remaining", "up", "down")
_CLAUSE_END: Final = re.compile(r"[,，。;；!！:：]")
_SINCE: Final = re.compile(
    r"今天|今早|今儿|这周|本周|上周|上个?礼拜|本月|当月|这个?月|这个礼拜|这星期|昨天|昨日|"
    r"上午|下午|刚|又|再|新增|Ⓓ|this week|today|yesterday|just|this morning|another"
)
_DEED: Final = re.compile(r"(?:签[下了到成]|[到进入]账|收款|收到|拿下|谈成)了?$")
_SINCE_THEN: Final = re.compile(r"[^,，。]{0,16}(?:this week|today|yesterday|this morning)|[,，]都是(?:Ⓓ|今天|昨天|刚)")
# 九成都没到 denies it, 76到79 is what it was.
_NOT_THIS: Final = re.compile(
    r"\s?[都也](?:没|不|未)|\s?差Ⓝ|\s?的(?:目标|指标|任务|kpi)|\s?(?:Ⓖ?的?)?(?:客户|合同|单子|订单)?(?:还|都|正)*(?:退|流失|跑了|黄了|没续|不续|反悔|毁约|解约|作废|取消|没盖|没签|没付|没回)|\s?(?:客户)?(?:还|都|正)*(?:在(?!内|手|上)|待|有意向|准备|快要|即将|等着?)(?!了)|(?:上?[涨升降掉提变跌增减缩做干]?(?:到|成|至)了?|\s?(?:→|->|=>|-->|>)|\sto)\s?Ⓝ"
)
# Of 上周是76这周是78 the first is what it was.
_WAS: Final = re.compile(
    r"(?:上周|上个?礼拜|上个?星期|上个?月|上季度|上次|之前|原来|以前|last (?:week|month|time))(?:还|才|只|都|的时候)*"
    r"(?:是|为|有|到|was|were)?\s?$"
)
_METRIC: Final = re.compile(r"做到(?:了|大概|大约|差不多)*$")  # 做到82% is the metric, where that is in percent
_STRAIGHT: Final = re.compile(r"Ⓖ(?:的|目前|现在|已经?|今天|达|涨|降|升|到|至|为|是|了|:|,|，| )*Ⓝ")
_SO_FAR: Final = re.compile(
    r"累计|一共|总共|共|总计|合计|[到至](?:现在|目前|今[天日]?|昨[天日]|[本这上]周)|为止|目前|现在|已经|截[止至]|"
    r"total|so far|in all|altogether|now"
)


@dataclass(frozen=True)
class Reading:
    """A figure in the goal's unit. `unit` is the one that was said, None when none was."""

    value: float
    mode: str
    unit: str | None = None


class _Hit(NamedTuple):
    amount: Amount
    kind: str
    left: str
    right: str
    is_deed: bool  # 签下, 进账: a word that names the goal and says that it moved


class _Row(NamedTuple):
    kind: str
    pattern: re.Pattern[str]
    after: re.Pattern[str] | None
    needs_share: bool


@cache
def _rows(side: str) -> tuple[_Row, ...]:
    return tuple(
        _Row(
            row["reading"],
            re.compile(row["pattern"]),
            re.compile(row["after"]) if "after" in row else None,
            bool(row.get("share")),
        )
        for row in table("values")[side]
    )


def place_of_figure(sentence: Sentence) -> int | None:
    """Where the figure of a check-in stands, when it gives one."""
    hits = _hits(sentence, bare=False)
    first = _goals_of(hits[0], sentence) if hits else ()
    told = sorted((hit for hit in hits if _goals_of(hit, sentence) == first), key=lambda hit: _ORDER.index(hit.kind))
    return told[0].amount.start if told else None


def _goals_of(hit: _Hit, sentence: Sentence) -> tuple[str, ...]:
    """The goals that the clause of a figure names: of two check-ins in one sentence the first is read."""
    ranked = sentence.goals_near(hit.amount.start)
    return goals.fitting(ranked) if ranked else ()


def find_reading(sentence: Sentence, goal: Goal | None, *, bare: bool = False) -> Reading | None:
    """The figure a check-in gives; with `bare`, an amount needs nothing around it to count."""
    for hit in _best_first(sentence, goal, bare=bare):
        if _is_alien(hit, goal) and not (_is_said_of_goal(hit) or (bare and hit.kind == "absolute")):
            continue
        reading = _reading(hit, goal)
        if reading is not None:
            return reading
    return None


def _best_first(sentence: Sentence, goal: Goal | None, *, bare: bool) -> list[_Hit]:
    """The figures that may be of this goal."""
    hits = [hit for hit in _hits(sentence, bare=bare) if _may_be_of(hit, goal, sentence)]
    return sorted(hits, key=lambda hit: (_is_alien(hit, goal), _ORDER.index(hit.kind)))


def is_torn(sentence: Sentence, goal: Goal | None) -> bool:
    """Whether another figure of the sentence could be meant as well, and none of the two says that it is the sum."""
    hits = _best_first(sentence, goal, bare=False)
    figures = {hit.amount.value for hit in hits}
    return len(figures) > 1 and not _SO_FAR.search(_CLAUSE_END.split(hits[0].left)[-1])


def _is_said_of_goal(hit: _Hit) -> bool:
    """续约率到82家 is said of the goal, in the wrong unit; 回款有三家客户拖着 speaks of something else."""
    clause = _CLAUSE_END.split(hit.left)[-1]
    return hit.kind == "absolute" and "Ⓖ" in clause and not clause.endswith("有")


def _may_be_of(hit: _Hit, goal: Goal | None, sentence: Sentence) -> bool:
    """Whether the clause of a figure leaves it to this goal, and not to another that the sentence names as well."""
    named = {one for one, _ in sentence.ranked_goals}
    fits = _goals_of(hit, sentence)
    return goal is None or goal.id not in named or not fits or goal.id in fits


def _is_alien(hit: _Hit, goal: Goal | None) -> bool:
    """Whether a figure counts what this goal does not: 一笔尾款 beside 35万."""
    said = hit.amount.unit
    return goal is not None and said not in (SHARE, POINTS) and not units.same_measure(said, goal.unit)


def _hits(sentence: Sentence, *, bare: bool) -> list[_Hit]:
    text = sentence.measured.text
    places = [at for at, char in enumerate(text) if char == AMOUNT]
    hits = []
    for at, amount in zip(places, sentence.amounts, strict=True):
        left, right = text[:at].rstrip(AMOUNT), text[at + 1 :]
        kind = _kind(amount, left, right)
        if kind is None and bare:
            kind = "up" if amount.signed else "absolute"
        if kind is not None and not bare and _is_ahead(sentence, amount):
            continue
        is_word = not bare and is_few(sentence.text, amount) and (kind == "absolute" or right.startswith(AMOUNT))
        if kind not in (None, "skip") and not amount.vague and not is_word:
            hits.append(_Hit(amount, str(kind), left, right, bool(_DEED.search(sentence.text[: amount.start]))))
    return hits


def _is_ahead(sentence: Sentence, amount: Amount) -> bool:
    """Whether the amount belongs to a day that is still to come: 明天去签两家."""
    clause = max((match.end() for match in _CLAUSE_END.finditer(sentence.text, 0, amount.start)), default=0)
    today = sentence.context.now.date()
    days = [one for one in sentence.moments if clause <= one.start < amount.start and one.day > today]
    return bool(days) and "了" not in sentence.text[clause : amount.end + 1]


def _kind(amount: Amount, left: str, right: str) -> str | None:
    kind = _by_rows("before", left, right, amount)
    if kind == "skip" or (_NOT_THIS.match(right) and kind != "remaining") or (AMOUNT in right and _WAS.search(left)):
        return "skip"
    if amount.signed and kind in (None, "absolute", "count") and not re.search(r"[到至为是:]\s?$", left):
        return "up"
    after = _by_rows("after", right, right, amount)
    return kind if after is None or (kind and after == ABSOLUTE) else after


def _by_rows(side: str, text: str, right: str, amount: Amount) -> str | None:
    for row in _rows(side):
        if row.needs_share and amount.unit != SHARE:
            continue
        if row.pattern.search(text) and (row.after is None or row.after.search(right)):
            return row.kind
    return None


def _reading(hit: _Hit, goal: Goal | None) -> Reading | None:
    amount = hit.amount
    said = amount.unit or None
    value = _in_unit(amount, goal)
    is_share_of_other = amount.unit == SHARE and goal is not None and goal.unit != SHARE
    if hit.kind == "remaining":
        return _remaining(hit, value, goal)
    if hit.kind in ("up", "down") or (hit.kind == "count" and _is_since(hit, value, goal)):
        if is_share_of_other:
            return None
        return Reading(-value if hit.kind == "down" else value, DELTA, said)
    if is_share_of_other or (hit.kind == "progress" and not _METRIC.search(hit.left)):
        return Reading(amount.value, PROGRESS, said)
    return Reading(value, ABSOLUTE, said)


def _in_unit(amount: Amount, goal: Goal | None) -> float:
    if goal is None:
        return units.tidy(amount.number)
    return units.convert(amount.number, amount.scale, amount.unit, goal.unit)


def _is_since(hit: _Hit, value: float, goal: Goal | None) -> bool:
    """今天签了两家 moves the count; 一共签了九家 is the count; a count that cannot fall must have moved."""
    clause = _CLAUSE_END.split(hit.left)[-1]
    if hit.amount.unit == SHARE or _SO_FAR.search(clause) or (goal is not None and goal.unit == SHARE):
        return False
    if goal is not None and goal.falls and clause.rstrip().endswith("Ⓖ"):
        return False
    if _SINCE.search(hit.left if hit.is_deed else clause) or _SINCE_THEN.match(hit.right):
        return True
    is_verb = hit.right.startswith("Ⓖ") or not clause.rstrip().endswith("Ⓖ") or clause.rstrip().endswith("ⒼⒼ")
    return is_verb and goal is not None and not goal.falls and goal.unit != SHARE and value < goal.current


def _remaining(hit: _Hit, value: float, goal: Goal | None) -> Reading | None:
    """What is missing to the target, or to the figure named right after."""
    if goal is None:
        return None
    said = hit.amount.unit or None
    clause = _CLAUSE_END.split(hit.left)[-1]
    if goal.falls and re.search(r"剩(?:下|余|了)*$", clause) and not re.search(r"[离距]", clause):
        return Reading(value, ABSOLUTE, said)
    if said == SHARE and goal.unit != SHARE:
        return Reading(units.tidy(100 - hit.amount.value), PROGRESS, said)
    sign = 1 if goal.falls else -1
    return Reading(units.tidy(goal.target + sign * value), ABSOLUTE, said)


def tells_progress(tagged: str) -> bool:
    """Whether a statement that names a goal says how it goes, without a figure."""
    says, unless = _narrative()
    return bool(says.search(tagged)) and not unless.search(tagged)


@cache
def _narrative() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows: dict[str, Any] = table("values")["narrative"]
    return re.compile("|".join(rows["patterns"])), re.compile("|".join(rows["unless"]))


def is_off_topic(sentence: Sentence, goal: Goal, reading: Reading) -> bool:
    """A count said near a goal it cannot measure (上线培训来了30人), unless said of the goal itself (续约率到82家)."""
    if reading.unit in (None, SHARE, POINTS) or units.same_measure(reading.unit or "", goal.unit):
        return False
    return not _STRAIGHT.search(sentence.measured.text)


def goal_by_unit(sentence: Sentence) -> str | None:
    """The one goal of the speaker that is counted in the unit said: 现在12家了."""
    said = {amount.unit for amount in sentence.amounts if amount.unit and not amount.vague}
    said |= {"万元" for amount in sentence.amounts if amount.scale > 1 and not amount.unit}
    wanted = said - {SHARE, POINTS}
    own = [goal for goal in sentence.context.goals if goal.owner == sentence.context.speaker]
    fits = [goal.id for goal in own if any(_is_counted_in(unit, goal) for unit in wanted)]
    return fits[0] if len(fits) == 1 else None


def _is_counted_in(said: str, goal: Goal) -> bool:
    if said in units.ANY_COUNT or goal.unit in ("", *units.ANY_COUNT):
        return False
    return units.same_measure(said, goal.unit)


def read_value(text: str, goal: Goal) -> Reading | None:
    """What a short answer says about this goal: 82, 八成二, 82%, 350万, 差8家, +2, 又签了两家."""
    context = _alone(goal)
    return find_reading(Sentence.of(text, context), goal, bare=True)


def _alone(goal: Goal) -> Context:
    """A context of one goal, for answers that need no other."""
    from datetime import UTC, date, datetime

    day = date(2000, 1, 1)
    return Context(datetime(2000, 1, 1, tzinfo=UTC), day, day, goal.owner, (), (goal,))


def check_value(value: Reading | float, unit_said: str | None, goal: Goal) -> str | None:
    """What makes a figure impossible for a goal: `unit`, `negative`, `beyond` 100 percent; None when it can be."""
    reading = value if isinstance(value, Reading) else Reading(value, ABSOLUTE, unit_said)
    said = unit_said or reading.unit
    is_part = reading.mode == PROGRESS and said in (None, SHARE)
    if said and not is_part and said != POINTS and not units.same_measure(said, goal.unit):
        return "unit"
    after = reading.value if reading.mode != DELTA else goal.current + reading.value
    floor = min(0.0, goal.start, goal.target)
    if after < floor:
        return "negative"
    is_percent = reading.mode == PROGRESS or goal.unit == SHARE
    limit = max(100.0, goal.start, goal.target) if reading.mode != PROGRESS else 200.0
    return "beyond" if is_percent and after > limit else None
