"""What somebody wants, whether they typed it, pressed it or chose it from a menu. A slot not said yet is None.

A command with missing slots is a dialog: its handler asks for them one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all; says nothing by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHome(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGoals(Command):
    person: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGoal(Command):
    goal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Command):
    """`mode`: absolute, delta or progress (percent of the way). `among`: goals that fit, where it is one of several.

    `steps`: it came from the card, so the third step is offered too.
    """

    goal: str | None = None
    value: float | None = None
    mode: str = "absolute"
    unit: str | None = None
    health: str | None = None
    among: tuple[str, ...] = ()
    steps: bool = False

    @property
    def tells(self) -> bool:
        """Whether there is anything to record yet."""
        return self.value is not None or self.health is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """A line or a picture for a check-in that is recorded already."""

    checkin: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEvidence(Command):
    """`checkin`: 0 is the one just made."""

    checkin: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(Command):
    goal: str | None = None
    target: float | None = None
    weight: float | None = None
    due: date | None = None
    reason: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGoal(Command):
    """`title` says what is to be reached; `start`: where it is now, asked where the figure is to fall."""

    title: str | None = None
    target: float | None = None
    unit: str | None = None
    due: date | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Command):
    """Approve or reject a revision or a new goal; a rejection needs a reason."""

    request: int | None = None
    approve: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRevision(Command):
    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback(Command):
    """`readers`: receiver, or receiver_and_manager; `reader`: who that manager is, as its giver was told.

    `draft`: a wording to be mended. `request`: who asked for it.
    """

    person: str | None = None
    text: str | None = None
    readers: str | None = None
    reader: str | None = None
    draft: str | None = None
    request: int | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFeedback(Command):
    """`confirmed`: its writer has seen how the new wording reads. `draft`: a wording to be mended."""

    feedback: int
    text: str | None = None
    confirmed: bool | None = None
    draft: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MendFeedback(Command):
    """The wording that is about to be sent is to be changed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagFeedback(Command):
    """Slots are ids of `cards.tags` or its NONE, deliberately none; empty: skipped, it stays as it is."""

    feedback: int
    dimension: str | None = None
    behavior: str | None = None
    scene: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFeedback(Command):
    """`person` is asked for feedback on the actor."""

    person: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFeedbackRequest(Command):
    request: int
    accept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCode(Command):
    """One's own feedback code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCode(Command):
    """Somebody's feedback code was typed; or `scanned`, and then its person was told on a page what will happen."""

    code: str
    scanned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTalk(Command):
    """`at`: ISO 8601, a day or a moment."""

    person: str | None = None
    at: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTalk(Command):
    """The three questions about a booked one-to-one, or about one with `person` that was not booked."""

    talk: int | None = None
    person: str | None = None
    at: str | None = None
    important: str | None = None
    hardest: str | None = None
    support: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTalk(Command):
    talk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTalks(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTalk(Command):
    talk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTasks(Command):
    """What the actor has not finished yet: goals below target, help promised. `first`, `last`: only of these days."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowApprovals(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGap(Command):
    """How far the actor's goals are from their targets; of `goals` alone where some were named."""

    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSuggestions(Command):
    """What the feedback received last suggests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGivers(Command):
    """Who gave the actor feedback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLate(Command):
    """Who of the team has not updated this week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPerson(Command):
    """How somebody is doing, as far as the actor may see."""

    person: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGrowth(Command):
    person: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSnapshot(Command):
    """A period's summary. `period`: 2026-10, 2026Q4 or 2026; None: this quarter."""

    period: str | None = None
    person: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thank(Command):
    feedback: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFeedback(Command):
    """Feedback received; `person`: only from that one."""

    person: str | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGiven(Command):
    """Feedback that the actor gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFeedback(Command):
    """Every version of one feedback, in full."""

    feedback: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHelp(Command):
    person: str | None = None
    text: str | None = None
    due: date | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHelp(Command):
    help: int
    accept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFocus(Command):
    """`named`: whom, as it was typed. `measure`: how it will be seen."""

    person: str | None = None
    named: str = ""
    text: str | None = None
    measure: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishFocus(Command):
    """`done`: its person did it; else who set it lets it drop."""

    focus: int
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFocus(Command):
    """Its person needs more time."""

    focus: int
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFocus(Command):
    """The open focus points of the actor, and those the actor set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRanking(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTodo(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTeam(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDigest(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """`of`: what a button takes back (see `handlers.undo`), several parted by commas; empty: what was done last."""

    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWeek(Command):
    """The form of the week's card: goals with what was typed for each."""

    nudge: int
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze(Command):
    """Remind me later, and why."""

    nudge: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond(Command):
    """A manager's first response to a goal that stays red. `act`: talk, support or revise."""

    nudge: int
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindManager(Command):
    """HR passes on a nudge or a request that waits; 0 is none."""

    nudge: int = 0
    request: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLanguage(Command):
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Command):
    """A command that an interpreter guessed and its person has not agreed to. `of`: the sentence it was guessed from.

    `kind` and `slots` (JSON) are the guessed command.
    """

    kind: str
    slots: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """Yes or no to what was proposed for one sentence."""

    of: str
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet(Command):
    """Understood, but not something the program can do. `what`: the intent."""

    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood(Command):
    pass
