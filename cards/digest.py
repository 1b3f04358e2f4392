"""HR's digest: what needs an act, by name and with a button; then the figures with the last period's beside them.

Figures that have a target are drawn, the others are facts; each has a sentence that a rule chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cards.formats import number
from cards.home import entry
from cards.model import Button, Card, Fact, Figures, Measure, Tone
from cards.nudges import MOST_BUTTONS, SHOWN, Item
from cards.wording import Words

# What the figures should reach: shares, times a week, hours, entries a month, growth over the last period.
AUTOMATIC, VIEWS, HOURS, ENTRIES, GROWTH = 0.65, 1.8, 24.0, 2.0, 0.3
NEARLY = 0.7  # of the goal
POOR = 60  # a score below asks for a word
JUDGED = frozenset({"good", "warn", "bad"})

Act = tuple[str, Button]


@dataclass(frozen=True, slots=True)
class Cycle:
    """How many goals were published, understood, acted on, fed back, learnt from. `days`: the whole way, on average."""

    reached: tuple[int, ...] = (0, 0, 0, 0, 0)
    days: float | None = None

    def breaks_at(self) -> int | None:
        """The step from which the smallest share of goals goes on; None where all do."""
        shares = [
            (went / came, step)
            for step, (came, went) in enumerate(zip(self.reached, self.reached[1:], strict=False))
            if came
        ]
        share, step = min(shares, default=(1.0, 0))
        return step if share < 1 else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures at one moment, see docs/digest.md. `quality` 0 to 100, `response` in hours; None: nothing there."""

    people: int = 0
    took_part: int = 0
    entries: int = 0
    automatic: int = 0
    measured: int = 0
    covered: int = 0
    quality: float | None = None
    scored: int = 0
    across: int = 0
    together: int = 0
    views: int = 0
    response: float | None = None
    cycle: Cycle = Cycle()


@dataclass(frozen=True, slots=True)
class Seen:
    """Now and the last period. `which`: daily or weekly; `least`: the department that heard least, some of how many."""

    which: str
    now: Numbers
    before: Numbers
    least: tuple[str, int, int] | None = None


def digest(words: Words, acts: Sequence[Act], seen: Seen) -> Item:
    first = words("digest.first", count=len(acts), what=acts[0][0]) if acts else words("digest.calm")
    facts = _facts(words, seen)
    lines = [first, *_lines(words, acts), *(f"**{fact.label}** {sentence}" for fact, sentence in facts)]
    card = Card(
        title=words(f"digest.{seen.which}"),
        text="\n".join(lines),
        tone="warn" if acts else "good",
        facts=tuple(fact for fact, _ in facts),
        picture=Figures(words(f"digest.picture.{seen.which}"), tuple(_measure(words, seen, drawn) for drawn in DRAWN)),
        buttons=(*_buttons(acts), entry(words, "home")),
        locale=words.locale,
    )
    return Item(first, card)


def _lines(words: Words, acts: Sequence[Act]) -> Iterator[str]:
    """The acts, where there are several. A card has four buttons at most: the last ones say what to type instead."""
    for n, (text, button) in enumerate(acts[:SHOWN] if len(acts) > 1 else (), 1):
        said = words("nudge.or.say", says=words("nudge.say", say=button.say)) if n >= MOST_BUTTONS else ""
        yield f"{n}. {text}{said}"


def _buttons(acts: Sequence[Act]) -> Iterator[Button]:
    """Numbered as their sentences are: several may remind the same person."""
    for n, (_, button) in enumerate(acts[: MOST_BUTTONS - 1], 1):
        yield replace(button, label=f"{n}. {button.label}")


def calm(words: Words) -> Item:
    """Nothing needs an act: one line, and the figures for who wants them."""
    text = words("digest.calm")
    return Item(text, Card(text=text, buttons=(entry(words, "digest"),), locale=words.locale))


def _facts(words: Words, seen: Seen) -> list[tuple[Fact, str]]:
    """What has no target to be drawn against, each with its sentence."""
    now, before = seen.now, seen.before
    rows = (
        (
            "people",
            _part(now.took_part, now.people),
            _part(before.took_part, before.people),
            _about_people(words, seen),
        ),
        ("quality", _score(words, now), _score(words, before), _about_quality(words, now)),
        ("across", _part(now.across, now.together), _part(before.across, before.together), _about_across(words, seen)),
        ("cycle", _way(words, now.cycle), _way(words, before.cycle), _about_cycle(words, now.cycle)),
    )
    return [
        (Fact(words(f"digest.{name}"), _beside(words, seen, this, that)), sentence)
        for name, this, that, sentence in rows
    ]


def _beside(words: Words, seen: Seen, now: str, before: str) -> str:
    return words("digest.beside", now=now, before=words(f"digest.before.{seen.which}", value=before))


def _score(words: Words, numbers: Numbers) -> str:
    if numbers.quality is None:
        return words("digest.nothing")
    return words("digest.score", score=round(numbers.quality), count=numbers.scored)


def _part(part: int, whole: int) -> str:
    return f"{part}/{whole}"


def _way(words: Words, cycle: Cycle) -> str:
    whole = _part(cycle.reached[-1], cycle.reached[0])
    return whole if cycle.days is None else words("digest.days", part=whole, days=round(cycle.days))


def _about_people(words: Words, seen: Seen) -> str:
    fewer = seen.before.took_part - seen.now.took_part
    state = "none" if not seen.now.took_part else "less" if fewer > 0 else "good"
    return words(f"digest.insight.people.{state}", count=fewer)


def _about_quality(words: Words, now: Numbers) -> str:
    state = ".none" if now.quality is None else "" if now.quality < POOR else ".good"
    return words(f"digest.insight.quality{state}")


def _about_across(words: Words, seen: Seen) -> str:
    """Against the growth that is hoped for; from nothing there is no growth to count."""
    if not seen.before.across:
        return words("digest.insight.across.new" if seen.now.across else "digest.insight.across.none")
    growth = seen.now.across / seen.before.across - 1
    key = "digest.insight.across.good" if growth >= GROWTH else "digest.insight.across"
    return words(key, growth=f"{round(100 * growth):+d}%")


def _about_cycle(words: Words, cycle: Cycle) -> str:
    step = cycle.breaks_at()
    if step is None:
        return words("digest.insight.cycle.good" if cycle.reached[0] else "digest.insight.cycle.none")
    came, went = cycle.reached[step], cycle.reached[step + 1]
    return words(f"digest.insight.cycle.{step}", came=came, went=went)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure that is drawn. `goal` and `longest` in its own unit; `at_most`: less is better."""

    name: str
    value: Callable[[Numbers], float | None]
    longest: float
    goal: float | None = None
    at_most: bool = False

    def tone(self, value: float | None) -> Tone:
        if value is None:
            return "neutral"
        if self.goal is None:
            return "info"
        reached = self.goal / max(value, 0.01) if self.at_most else value / self.goal
        return "good" if reached >= 1 else "warn" if reached >= NEARLY else "bad"


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


DRAWN = (
    Drawn("coverage", lambda n: _ratio(n.covered, n.people), 1.0),
    Drawn("auto", lambda n: _ratio(n.automatic, n.measured), 1.0, AUTOMATIC),
    Drawn("views", lambda n: _ratio(n.views, n.people), 3.0, VIEWS),
    Drawn("entries", lambda n: _ratio(n.entries, n.people), 4.0, ENTRIES),
    Drawn("response", lambda n: n.response, 48.0, HOURS, at_most=True),
)
PERCENT = frozenset({"coverage", "auto"})


def _measure(words: Words, seen: Seen, drawn: Drawn) -> Measure:
    now, before = drawn.value(seen.now), drawn.value(seen.before)
    tone = drawn.tone(now)
    return Measure(
        label=words(f"digest.{drawn.name}"),
        now=_value(words, drawn.name, now),
        before=words(f"digest.before.{seen.which}", value=_value(words, drawn.name, before)),
        share=_share(drawn, now),
        share_before=_share(drawn, before),
        aim=_aim(words, drawn),
        goal=_share(drawn, drawn.goal),
        tone=tone,
        status=words(f"digest.status.{tone}") if tone in JUDGED else "",
        note=_note(words, seen, drawn.name, tone),
    )


def _aim(words: Words, drawn: Drawn) -> str:
    if drawn.goal is None:
        return ""
    return words("digest.aim.most" if drawn.at_most else "digest.aim", value=_value(words, drawn.name, drawn.goal))


def _value(words: Words, name: str, value: float | None) -> str:
    if value is None:
        return words("digest.nothing")
    if name in PERCENT:
        return f"{round(100 * value)}%"
    return words(f"digest.value.{name}", value=number(round(value, 1)))


def _share(drawn: Drawn, value: float | None) -> float | None:
    return None if value is None else min(1.0, value / drawn.longest)


def _note(words: Words, seen: Seen, name: str, tone: Tone) -> str:
    if name == "coverage":
        return _about_coverage(words, seen)
    state = {"good": "good", "neutral": "none"}.get(tone, "low")
    return words(f"digest.insight.{name}.{state}")


def _about_coverage(words: Words, seen: Seen) -> str:
    if seen.least is None:
        return words("digest.insight.coverage.none")
    department, heard, people = seen.least
    if heard == people:
        return words("digest.insight.coverage.good")
    return words("digest.insight.coverage", department=department.rpartition("/")[2], heard=heard, people=people)
