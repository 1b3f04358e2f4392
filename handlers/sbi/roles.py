"""Decides what each clause tells: situation, behaviour, impact, or nothing of the three (aside)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from handlers.sbi.clauses import Clause
from handlers.sbi.judging import Found
from handlers.sbi.tongue import Tongue

ASIDE: Final = "aside"
SITUATION: Final = "situation"
BEHAVIOR: Final = "behavior"
IMPACT: Final = "impact"
UNKNOWN: Final = "unknown"


@dataclass
class Told:
    """What the clauses so far have told."""

    tongue: Tongue
    addressed: bool
    judged: Sequence[Found]
    roles: list[str] = field(default_factory=list)
    suggesting: bool = False

    @property
    def last(self) -> str:
        return next((role for role in reversed(self.roles) if role not in (ASIDE, UNKNOWN)), "")


def roles(found: Sequence[Clause], tongue: Tongue, judged: Sequence[Found]) -> list[str]:
    """One role a clause."""
    addressed = any(tongue.receiver.match(clause.words) for clause in found)
    told = Told(tongue, addressed, judged)
    for clause in found:
        told.suggesting = _suggests(clause, told)
        told.roles.append(next(role for role, holds in RULES if holds(_plain(clause, told), told)))
    _context_first(found, told)
    _outcome_first(found, told)
    _outcome_of_judgement(found, told)
    _between_deeds(found, told)
    return told.roles


def _suggests(clause: Clause, told: Told) -> bool:
    begun = bool(told.tongue.suggestion.match(clause.words))
    return begun or (told.suggesting and not clause.fresh)


def _plain(clause: Clause, told: Told) -> Clause:
    """Without the judging words; what is left may still say what was done."""
    words = clause.words
    for found in told.judged:
        if clause.start <= found.start < clause.end:
            words = words.replace(clause.words[found.start - clause.start : found.end - clause.start], "")
    return clause if words == clause.words else replace(clause, words=words if told.tongue.deed.search(words) else "")


def _context_first(found: Sequence[Clause], told: Told) -> None:
    """上周客户临时改需求，你当天重排了计划: what others did at a time, told before the deed, sets the scene."""
    if SITUATION in told.roles or BEHAVIOR not in told.roles:
        return
    deed = told.roles.index(BEHAVIOR)
    before = found[deed - 1] if deed else None
    if before and not found[deed].cause and not found[deed].fresh and told.tongue.timed.match(before.words):
        told.roles[deed - 1] = SITUATION


def _outcome_first(found: Sequence[Clause], told: Told) -> None:
    """What stands before the deed, or before 因为, and is nothing else is what came of it, where nothing else did."""
    if IMPACT in told.roles:
        return
    deed = next((n for n, clause in enumerate(found) if told.roles[n] == BEHAVIOR or clause.cause), 0)
    told.roles[:deed] = [IMPACT if role == UNKNOWN else role for role in told.roles[:deed]]


def _outcome_of_judgement(found: Sequence[Clause], told: Told) -> None:
    """你一点责任心都没有，告警响了四十分钟: what happened beside a judgement or a verdict is what came of it."""
    if BEHAVIOR in told.roles or IMPACT in told.roles or ASIDE not in told.roles:
        return
    told.roles[:] = [
        IMPACT if role == UNKNOWN and told.tongue.deed.search(clause.words) else role
        for clause, role in zip(found, told.roles, strict=True)
    ]


def _between_deeds(found: Sequence[Clause], told: Told) -> None:
    """你把记录排好，审核员提到哪一条，你就取来哪一条: what others did in between belongs to the deed."""
    for n in range(1, len(found) - 1):
        around = (told.roles[n - 1], told.roles[n + 1])
        if (
            told.roles[n] == IMPACT
            and around == (BEHAVIOR, BEHAVIOR)
            and told.tongue.answering.match(found[n + 1].words)
        ):
            told.roles[n] = BEHAVIOR


def _is_situation(clause: Clause, told: Told) -> bool:
    pattern = told.tongue.late_situation if BEHAVIOR in told.roles else told.tongue.situation
    first = SITUATION not in told.roles or told.roles[-1] == SITUATION
    return first and bool(pattern.match(clause.words))


def _is_time_of_more(clause: Clause, told: Told) -> bool:
    """周五才发过来, behind another deed."""
    patterns = (told.tongue.late_situation, told.tongue.timed)
    return told.last == BEHAVIOR and any(pattern.fullmatch(clause.words) for pattern in patterns)


def _is_aside(clause: Clause, told: Told) -> bool:
    return told.suggesting or not clause.words or bool(told.tongue.prelude.match(clause.words))


def _is_bare_subject(clause: Clause, told: Told) -> bool:
    """你 alone, its situation and its deed being clauses of their own; behind another situation it is of the deed."""
    return SITUATION not in told.roles and any(
        pattern.fullmatch(clause.words) for pattern in (told.tongue.receiver, told.tongue.absent)
    )


def _about_receiver(clause: Clause, told: Told) -> bool:
    absent = not told.addressed and told.tongue.absent.match(clause.words)
    return bool(absent or told.tongue.receiver.match(clause.words))


def _about_others(clause: Clause, told: Told) -> bool:
    return any(told.tongue.people.match(words) for words in (clause.words, _core(clause, told)))


def _core(clause: Clause, told: Told) -> str:
    return told.tongue.timed.sub("", clause.words)


def _goes_on(clause: Clause, told: Told) -> bool:
    """More of the deed, or the deed behind its situation; 今早的… begins with a noun."""
    time = told.tongue.timed.match(clause.words)
    behind = told.last == SITUATION or (told.last == BEHAVIOR and not clause.fresh)
    noun = time is not None and time.group().endswith("的")
    return behind and not noun and bool(told.tongue.action.match(_core(clause, told)))


def _may_be_deed(clause: Clause, told: Told) -> bool:
    return told.last == SITUATION or bool(told.tongue.deed.search(clause.words))


def _elaborates(clause: Clause, told: Told) -> bool:
    """你太自负，听不进意见: more of a judgement or a verdict, as long as nothing is told that was done."""
    behind = told.roles[-1:] == [ASIDE] and BEHAVIOR not in told.roles and not clause.fresh
    return behind and not told.tongue.deed.search(clause.words)


Rule = tuple[str, Callable[[Clause, Told], bool]]
# The first rule that holds decides.
RULES: Final[tuple[Rule, ...]] = (
    (ASIDE, _is_aside),
    (ASIDE, _is_bare_subject),
    (SITUATION, _is_situation),
    (BEHAVIOR, _is_time_of_more),
    (IMPACT, lambda clause, told: bool(told.tongue.reaction.search(clause.words))),
    (ASIDE, lambda clause, told: bool(told.tongue.verdict.search(clause.words))),
    (BEHAVIOR, lambda clause, told: _about_receiver(clause, told) and bool(told.tongue.evidence.match(clause.words))),
    (ASIDE, _about_receiver),
    (BEHAVIOR, lambda clause, told: told.last == BEHAVIOR and bool(told.tongue.meeting.match(clause.words))),
    (BEHAVIOR, lambda clause, told: told.last == BEHAVIOR and bool(told.tongue.undone.fullmatch(clause.words))),
    (IMPACT, lambda clause, told: clause.effect or _about_others(clause, told)),
    (IMPACT, lambda clause, told: bool(told.tongue.result.match(_core(clause, told)))),
    (BEHAVIOR, _goes_on),
    (IMPACT, lambda clause, told: bool(told.tongue.effects.search(clause.words))),
    (IMPACT, lambda clause, told: bool(told.tongue.other.match(_core(clause, told)))),
    (IMPACT, lambda clause, told: told.last == IMPACT and not clause.fresh and not clause.cause),
    (ASIDE, _elaborates),
    (BEHAVIOR, lambda clause, told: bool(told.tongue.action.match(_core(clause, told)))),
    (IMPACT, lambda _, told: BEHAVIOR in told.roles),
    (BEHAVIOR, lambda clause, told: not told.addressed and _may_be_deed(clause, told)),
    (UNKNOWN, lambda *_: True),
)
