"""Every table. Rows with few words of their own: rules live in `handlers`, words in `cards`.

Columns that end in `_sealed` hold text encrypted by `storage.vault`. Times are aware and kept in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Index, Integer, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the interface
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the interface
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# The few who have a role have an index of their own; a query is answered from it where it says just this.
HAS_ROLES = text("CAST(roles AS TEXT) <> '[]'")

# SQLite numbers rows by itself only for the exact type INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


def _row_id() -> Any:
    return Field(default=None, primary_key=True, sa_type=BigId)


class Person(SQLModel, table=True):
    """Somebody who works here. `department` is a path such as `总部/华东销售部`; `manager` a person id.

    `heard_at`: the last feedback about them; None where there was none, or nobody looked yet. `silence`: 0, or 1 once
    their manager was warned of the silence since then. `met_at`: the last one-to-one with their manager, held or
    booked; None where there was none, or has to be looked up (`handlers.meetings`).
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("people_silent", "silence", "active", "heard_at"),
        Index("people_reports", "manager", "active"),
        Index("people_heard", "department", "active", "heard_at"),
        # No index begins with `active`: SQLite takes it for choosy, and reads everybody.
        Index("people_met", "met_at", "active"),
        Index("people_with_roles", "id", sqlite_where=HAS_ROLES, postgresql_where=HAS_ROLES),
    )

    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    department: str = ""
    manager: str | None = None
    roles: list[str] = Field(default_factory=list, sa_type=JSON)
    timezone: str = Field(default="", index=True)
    locale: str = "zh"
    hired: date | None = None
    active: bool = True
    away_from: date | None = None
    away_until: date | None = None
    heard_at: datetime | None = Field(default=None, sa_type=Moment)
    silence: int = 0
    met_at: datetime | None = Field(default=None, sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment, index=True)


class Account(SQLModel, table=True):
    """A person on one platform. `used_at`: when they last spoke to us there."""

    __tablename__ = "accounts"

    platform: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str = Field(index=True, foreign_key="people.id")
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    greeted_at: datetime | None = Field(default=None, sa_type=Moment)


class Goal(SQLModel, table=True):
    """`owner` is a person id, or a department path where `owner_kind` is `department`. `weight` in percent.

    `direction` is up, down or keep. `version` counts agreed wordings, see GoalVersion. `red_on`: the day on which it
    turned red, or will if nothing moves; None: not computed yet.
    """

    __tablename__ = "goals"
    # Days are few and goals are many: with the day first, a search passes by the goals that are over.
    __table_args__ = (Index("goals_updated", "due", "updated_at"), Index("goals_red", "due", "red_on"))

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    owner_kind: str = "person"
    title: str
    kind: str = "kpi"
    parent: str | None = Field(default=None, index=True)
    metric: str = ""
    unit: str = ""
    start: float = 0.0
    current: float = 0.0
    target: float = 0.0
    direction: str = "up"
    weight: float = 0.0
    due: date
    cycle: str = Field(index=True)
    version: int = 1
    red_on: date | None = None
    updated_at: datetime | None = Field(default=None, sa_type=Moment)


class GoalVersion(SQLModel, table=True):
    """What was agreed, from when on. Never changed, never deleted."""

    __tablename__ = "goal_versions"

    goal: str = Field(primary_key=True, foreign_key="goals.id")
    version: int = Field(primary_key=True)
    target: float
    weight: float
    due: date
    at: datetime = Field(sa_type=Moment)
    by: str = ""
    revision: int | None = None


class CheckIn(SQLModel, table=True):
    """The metric was `value` at `at`; `previous` is what the goal showed before."""

    __tablename__ = "checkins"

    id: int | None = _row_id()
    goal: str = Field(index=True, foreign_key="goals.id")
    person: str = Field(index=True)
    value: float
    previous: float
    health: str = ""
    note: str = ""
    source: str = ""
    at: datetime = Field(sa_type=Moment, index=True)
    undone_at: datetime | None = Field(default=None, sa_type=Moment)


class KeptFile(SQLModel, table=True):
    """A file's content, encrypted; `sha256` is of the content itself."""

    __tablename__ = "files"

    id: int | None = _row_id()
    sha256: str = Field(index=True)
    name: str
    mime: str
    size: int
    content_sealed: bytes
    at: datetime = Field(sa_type=Moment)


class Evidence(SQLModel, table=True):
    """A picture or file for a check-in: a row before it is fetched from the platform. `state`: new, kept, failed."""

    __tablename__ = "evidence"
    __table_args__ = (Index("evidence_due", "state", "due_at"),)

    id: int | None = _row_id()
    checkin: int = Field(index=True, foreign_key="checkins.id")
    person: str
    platform: str
    kind: str
    ref: str
    name: str = ""
    state: str = "new"
    attempts: int = 0
    due_at: datetime = Field(sa_type=Moment)
    error: str = ""
    file: int | None = Field(default=None, foreign_key="files.id")
    at: datetime = Field(sa_type=Moment)


class Revision(SQLModel, table=True):
    """A wish to change an agreed goal, or to have a new one. None in a `new_…` column: unchanged.

    A new goal (`based_on` 0) is named here (`title`, `unit`, `start`); `goal` is what came of it, once it is agreed.
    `state`: pending, approved, rejected, withdrawn. `approvers`: who may decide; `approver` is asked now.
    `based_on`: the goal's version that would be changed.
    """

    __tablename__ = "revisions"
    __table_args__ = (Index("revisions_waiting", "state", "at"),)

    id: int | None = _row_id()
    goal: str | None = Field(default=None, index=True, foreign_key="goals.id")
    requester: str = Field(index=True)
    approvers: list[str] = Field(default_factory=list, sa_type=JSON)
    approver: str = Field(index=True)
    based_on: int
    title: str = ""
    unit: str = ""
    start: float | None = None
    old_target: float | None = None
    old_weight: float | None = None
    old_due: date | None = None
    new_target: float | None = None
    new_weight: float | None = None
    new_due: date | None = None
    reason: str
    state: str = Field(default="pending", index=True)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decision_reason: str = ""
    at: datetime = Field(sa_type=Moment)


class Feedback(SQLModel, table=True):
    """Feedback from one person to another; the words are in its versions.

    `reader`: who may read it besides the two, the receiver's manager when it was given, where the giver chose so.

    `state`: given or withdrawn. `dimension`, `behavior`, `scene`: tags of `cards.tags`, empty where none was chosen.
    `request`: the feedback request that it answers.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        Index("feedback_given", "giver", "state", "at"),
        Index("feedback_received", "receiver", "state", "at"),
        Index("feedback_lately", "at", "state", "receiver"),
    )

    id: int | None = _row_id()
    giver: str
    receiver: str
    reader: str | None = None
    state: str = "given"
    version: int = 1
    dimension: str = ""
    behavior: str = ""
    scene: str = ""
    document_sealed: bytes | None = None
    request: int | None = Field(default=None, sa_type=BigId)
    thanked_at: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


class FeedbackVersion(SQLModel, table=True):
    """One wording of a feedback. Never changed, never deleted. `score`: 0 to 100, as its giver was shown.

    `undone_at`: the edit was taken back within its ten minutes: nobody is shown these words any more.
    """

    __tablename__ = "feedback_versions"

    feedback: int = Field(primary_key=True, foreign_key="feedback.id", sa_type=BigId)
    version: int = Field(primary_key=True)
    text_sealed: bytes
    score: int
    at: datetime = Field(sa_type=Moment)
    undone_at: datetime | None = Field(default=None, sa_type=Moment)


class FeedbackRequest(SQLModel, table=True):
    """`asker` would like feedback from `giver`. `state`: asked, answered, declined."""

    __tablename__ = "feedback_requests"

    id: int | None = _row_id()
    asker: str = Field(index=True)
    giver: str = Field(index=True)
    state: str = "asked"
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


class GrowthView(SQLModel, table=True):
    """Somebody (`person`) opened a growth map: counted, and whose it was is not kept."""

    __tablename__ = "growth_views"

    id: int | None = _row_id()
    person: str = Field(foreign_key="people.id")
    at: datetime = Field(sa_type=Moment, index=True)


class Talk(SQLModel, table=True):
    """A one-to-one of two people. `state`: booked, cancelled or held. `timed`: the hour was said, not only the day."""

    __tablename__ = "talks"
    __table_args__ = (Index("talks_of", "organiser", "other"), Index("talks_with", "other", "organiser"))

    id: int | None = _row_id()
    organiser: str
    other: str
    begins_at: datetime = Field(sa_type=Moment)
    timed: bool = True
    state: str = "booked"
    at: datetime = Field(sa_type=Moment)


class TalkNote(SQLModel, table=True):
    """What one of the two wrote down: three answers, sealed with the key for one-to-ones alone. The newest counts."""

    __tablename__ = "talk_notes"

    id: int | None = _row_id()
    talk: int = Field(index=True, foreign_key="talks.id", sa_type=BigId)
    author: str
    answers_sealed: bytes
    at: datetime = Field(sa_type=Moment)


class HelpRequest(SQLModel, table=True):
    """Somebody asked a colleague for help. `state`: asked, accepted, declined, withdrawn."""

    __tablename__ = "help_requests"

    id: int | None = _row_id()
    requester: str = Field(index=True)
    helper: str = Field(index=True)
    text_sealed: bytes
    due: date | None = None
    state: str = "asked"
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


class FocusPoint(SQLModel, table=True):
    """One thing that `person` works on, set by their manager or by themself (`by`): what, and how it will be seen.

    `state`: open, done or dropped. `moved`: how often its person asked for more time.
    """

    __tablename__ = "focus_points"
    __table_args__ = (Index("focus_points_due", "state", "due"),)

    id: int | None = _row_id()
    person: str = Field(index=True)
    by: str = Field(index=True)
    text_sealed: bytes
    measure_sealed: bytes
    due: date
    moved: int = 0
    state: str = "open"
    at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class Dialog(SQLModel, table=True):
    """An unfinished command of one person: what is known so far, and what was asked last. One of each kind.

    The one touched last (`at`) is the one a typed answer belongs to, until it expires; then it is a draft. Each step is
    a new row. Its number is never used again: cards that are long over still carry it.
    """

    __tablename__ = "dialogs"
    __table_args__ = (
        UniqueConstraint("person", "command", name="dialogs_one_of_a_kind"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = _row_id()
    person: str = Field(foreign_key="people.id")
    command: str
    slots_sealed: bytes
    asked: list[str] = Field(default_factory=list, sa_type=JSON)
    expires_at: datetime = Field(sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


class Receipt(SQLModel, table=True):
    """One callback, stored before it was acknowledged. `state`: new, done, failed. `sender`: the account, for order.

    `body_sealed`: with the key for one-to-ones, since anything may have been said.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("platform", "key", name="receipts_once"),
        Index("receipts_due", "state", "due_at"),
    )

    id: int | None = _row_id()
    platform: str
    key: str
    sender: str = ""
    kind: str
    body_sealed: bytes
    state: str = "new"
    attempts: int = 0
    due_at: datetime = Field(sa_type=Moment)
    error: str = ""
    received_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)


class Delivery(SQLModel, table=True):
    """One card (or file) on its way to one address: the row comes before the request.

    `kind`: send, update (of the delivery `target`) or picture (of `target`, where a card cannot hold it). `state`:
    new, sent, answered (shown in the answer to a press), skipped (cannot be changed any more, or need not be), failed.
    `topic` finds the copies of one matter, such as `revision:12`. `fallback`: an update that is not possible any more
    is sent as a new message. `unasked`: said by the clock, or because HR wants it so; it waits while it is quiet.
    `card_sealed` of a sent card is what it shows by now; `private`: sealed with the key for one-to-ones.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("deliveries_due", "state", "due_at"),
        Index("deliveries_order", "platform", "account", "state", "id"),
        Index("deliveries_message", "platform", "message"),
    )

    id: int | None = _row_id()
    kind: str = "send"
    person: str | None = Field(default=None, index=True)
    platform: str
    account: str
    group: str = ""
    topic: str = Field(default="", index=True)
    card_sealed: bytes
    private: bool = False
    file: int | None = Field(default=None, foreign_key="files.id")
    target: int | None = Field(default=None, sa_type=BigId)
    fallback: bool = False
    unasked: bool = False
    state: str = "new"
    attempts: int = 0
    due_at: datetime = Field(sa_type=Moment)
    error: str = ""
    message: str = ""
    token: str = ""
    at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class Slot(SQLModel, table=True):
    """A job's nominal time (`slot`: ISO with offset) in one zone. A row is written when it is done, or in trouble.

    `state`: open (tried again at `due_at`) or done.
    """

    __tablename__ = "slots"

    job: str = Field(primary_key=True)
    zone: str = Field(primary_key=True)
    slot: str = Field(primary_key=True)
    state: str = "open"
    error: str = ""
    due_at: datetime = Field(sa_type=Moment, index=True)


ESCALATED = "escalated"  # a nudge's state once the next manager up knows; so begins the stage of what they are told


class Nudge(SQLModel, table=True):
    """Something said because the time had come. Unique: what it is about (`kind`, `subject`), which time (`period`,
    `stage`).

    `state`: open, answered, snoozed, escalated, closed. `topic` finds the deliveries; several nudges may share one
    card. `due_at`: when the next step of an open or snoozed one is due. `answered_at`: the first response.
    """

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "period", "stage", name="nudges_once"),
        Index("nudges_due", "state", "due_at"),
        Index("nudges_subject", "subject", "kind", "state"),
        Index("nudges_person", "person", "at"),
    )

    id: int | None = _row_id()
    job: str
    slot: str
    person: str
    kind: str
    subject: str
    period: str
    stage: str = ""
    state: str = "open"
    text: str
    topic: str = Field(default="", index=True)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    reason_sealed: bytes | None = None
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


class Policy(SQLModel, table=True):
    """Settings of a department that differ from those above it; the company's own under an empty name."""

    __tablename__ = "policies"

    department: str = Field(primary_key=True)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class CalendarDay(SQLModel, table=True):
    """A day that is not what its weekday says. `kind`: off and work are official, own is the company's holiday."""

    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    kind: str
    name: str = ""


class AuditEntry(SQLModel, table=True):
    """One change; `digest` signs it together with the entry before (see `storage.audit`)."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("audit_log_mine", "actor", "at"),)

    seq: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    actor: str
    action: str
    subject: str = Field(index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    previous: str
    digest: str


class AuditHead(SQLModel, table=True):
    """The end of the chain: one row, locked while an entry is added, so that a cut-off tail is noticed too."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    seq: int = Field(sa_type=BigId)
    digest: str
