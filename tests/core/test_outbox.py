"""The outbox: in order, as often as needed, never twice, and loud when it gives up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from cards import pictures
from cards.model import Card, QrCode, dump
from handlers.events import Event, Media
from handlers.ports import Download, Limits, Member, Outgoing, PlatformError, Sent, Update
from scheduler.outbox import GIVE_UP, LEASE, PICTURE_ATTEMPTS, Outbox
from storage.database import Database
from storage.tables import Delivery, Person
from storage.vault import Vault

VAULT = Vault(["key"])
ZONE = ZoneInfo("Asia/Shanghai")
CODE = QrCode("扫一扫", ("101", "010", "101"))


@dataclass
class Post:
    """The platform's edge: remembers what was sent, and fails as told."""

    name: str = "feishu"
    limits: Limits = field(default_factory=lambda: Limits(5, 3.0, 1000))
    sent: list[tuple[str, str]] = field(default_factory=list)
    updated: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    trouble: Callable[[str], PlatformError | None] = lambda _: None
    fixed: bool = False  # messages can no longer be changed

    def send(self, outgoing: Outgoing) -> Sent:
        error = self.trouble("picture" if outgoing.file else outgoing.card.text)
        if error is not None:
            raise error
        if outgoing.file:
            self.pictures.append(outgoing.file.content)
            return Sent(f"m-{outgoing.key}")
        self.sent.append((outgoing.key, outgoing.card.text))
        return Sent(f"m-{outgoing.key}", "token")

    def update(self, update: Update) -> Sent:
        if self.fixed:
            raise PlatformError("too old", replace=True)
        self.updated.append((update.sent.message, update.card.text))
        return Sent(update.sent.message)

    def parse(self, body: bytes) -> list[Event]:
        raise NotImplementedError

    def people(self) -> list[Member]:
        raise NotImplementedError

    def download(self, media: Media) -> Download:
        raise NotImplementedError

    def install_menu(self) -> bool:
        raise NotImplementedError

    def check(self) -> str:
        raise NotImplementedError


@dataclass
class Desk:
    """An outbox over a real database, with a clock to move."""

    database: Database
    post: Post = field(default_factory=Post)
    now: datetime = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.database, VAULT, VAULT, {"feishu": self.post}, lambda: self.now, ZONE, lambda _p, _r: None)

    def add(self, text: str, account: str = "a", **how: Any) -> int:
        row = Delivery(
            platform="feishu",
            account=account,
            due_at=self.now,
            at=self.now,
            **{"card_sealed": VAULT.seal(dump(Card(text=text))), **how},
        )
        with self.database.write() as session:
            session.add(row)
        assert row.id is not None
        return row.id

    def add_picture(self, state: str = "new") -> tuple[int, int]:
        """A card with a picture, and the row of the picture."""
        card = self.add("words", state=state)
        sealed = VAULT.seal(dump(Card(text="words", picture=CODE)))
        return card, self.add("", kind="picture", target=card, card_sealed=sealed)

    def run(self) -> None:
        while self.outbox.step():
            pass

    def texts(self) -> list[str]:
        return [text for _, text in self.post.sent]

    def row(self, id: int) -> Delivery:
        with self.database.read() as session:
            return session.get_one(Delivery, id)

    def states(self) -> list[str]:
        with self.database.read() as session:
            return [d.state for d in session.exec(select(Delivery).order_by(col(Delivery.id)))]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_it_sends_in_order_and_keeps_the_handle(desk: Desk) -> None:
    first = desk.add("one")
    desk.add("two")
    desk.run()
    assert desk.texts() == ["one", "two"]
    assert (desk.row(first).state, desk.row(first).token) == ("sent", "token")


def test_a_failing_delivery_holds_back_its_own_recipient_alone(desk: Desk) -> None:
    desk.post.trouble = lambda text: PlatformError("busy") if text == "one" else None
    desk.add("one")
    desk.add("two")
    desk.add("other", account="b")
    desk.run()
    assert desk.texts() == ["other"]
    desk.post.trouble = lambda _: None
    desk.now += timedelta(minutes=1)
    desk.run()
    assert desk.texts() == ["other", "one", "two"]


def test_a_retry_waits_as_long_as_the_platform_asks(desk: Desk) -> None:
    desk.post.trouble = lambda _: PlatformError("slow down", retry_after=120)
    row = desk.add("one")
    desk.run()
    assert desk.row(row).due_at >= desk.now + timedelta(seconds=120)


@pytest.mark.parametrize("error", [PlatformError("bad", permanent=True), PlatformError("gone", unreachable=True)])
def test_a_permanent_error_gives_up_at_once_and_lets_the_next_pass(desk: Desk, error: PlatformError) -> None:
    desk.post.trouble = lambda text: error if text == "one" else None
    desk.add("one")
    desk.add("two")
    desk.run()
    assert (desk.states(), desk.texts()) == (["failed", "sent"], ["two"])


def test_it_gives_up_after_a_day(desk: Desk) -> None:
    desk.post.trouble = lambda _: PlatformError("busy")
    row = desk.add("one")
    desk.run()
    desk.now += GIVE_UP + timedelta(minutes=1)
    desk.run()
    assert desk.row(row).state == "failed"


def test_a_process_that_dies_after_sending_sends_again_with_the_same_key(desk: Desk) -> None:
    """What a second attempt does is the platform's protection against doubles; it needs the same key."""
    desk.add("one")
    claimed = desk.outbox._claim()
    assert claimed is not None
    desk.outbox._deliver(claimed)
    with desk.database.write() as session:
        session.get_one(Delivery, claimed.id).state = "new"  # as if the process had died before it was written
    desk.run()
    assert len(desk.post.sent) == 1, "not before the lease is over"
    desk.now += LEASE
    desk.run()
    keys = {key for key, _ in desk.post.sent}
    assert (len(desk.post.sent), len(keys)) == (2, 1)


def test_the_same_row_is_claimed_once(desk: Desk) -> None:
    desk.add("one")
    assert desk.outbox._claim() is not None
    assert desk.outbox._claim() is None


def test_nobody_gets_more_a_minute_than_the_platform_lets_through(desk: Desk) -> None:
    for n in range(8):
        desk.add(str(n))
    desk.run()
    assert len(desk.post.sent) == 5
    desk.now += timedelta(seconds=61)
    desk.run()
    assert desk.texts() == [str(n) for n in range(8)]


def test_an_update_changes_the_message_that_was_sent(desk: Desk) -> None:
    target = desk.add("old")
    desk.add("new", kind="update", target=target)
    desk.run()
    assert desk.post.updated == [(desk.row(target).message, "new")]


@pytest.mark.parametrize(("fallback", "sent"), [(True, ["old", "new"]), (False, ["old"])])
def test_what_cannot_be_changed_is_sent_anew_where_that_was_asked(desk: Desk, fallback: bool, sent: list[str]) -> None:
    target = desk.add("old")
    desk.run()
    before = desk.row(target).message
    desk.post.fixed = True
    desk.add("new", kind="update", target=target, fallback=fallback)
    desk.run()
    assert desk.texts() == sent
    assert (desk.row(target).message != before) == fallback


def test_a_wrong_setting_waits_to_be_mended(desk: Desk) -> None:
    row = desk.add("one")
    Outbox(desk.database, VAULT, VAULT, {}, lambda: desk.now, ZONE, lambda _p, _r: None).step()
    assert (desk.row(row).state, desk.row(row).error) == ("new", "this platform is switched off")
    desk.now += timedelta(minutes=6)
    desk.run()
    assert desk.row(row).state == "sent"


def test_a_picture_follows_its_card_as_a_message_of_its_own(desk: Desk) -> None:
    desk.add_picture()
    desk.add("next")
    desk.run()
    assert (desk.texts(), desk.post.pictures) == (["words", "next"], [pictures.png(CODE)])


def test_where_the_card_shows_it_the_picture_is_not_sent_again(desk: Desk) -> None:
    desk.post.limits = Limits(5, 3.0, 1000, pictures="in_card")
    desk.add_picture()
    desk.run()
    assert (desk.states(), desk.post.pictures) == (["sent", "skipped"], [])


def test_a_picture_without_its_card_is_not_sent(desk: Desk) -> None:
    desk.add_picture(state="failed")
    desk.run()
    assert (desk.states(), desk.post.pictures) == (["failed", "skipped"], [])


def test_a_picture_whose_answer_was_lost_is_sent_again_under_the_same_key(desk: Desk) -> None:
    _, row = desk.add_picture()
    desk.run()
    sent = desk.row(row).message
    with desk.database.write() as session:
        session.get_one(Delivery, row).state = "new"  # as if the process had died before it was written
    desk.now += LEASE
    desk.run()
    assert (len(desk.post.pictures), desk.row(row).message) == (2, sent)


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (PlatformError("bad", permanent=True), 1),
        (PlatformError("no right to upload", config=True), 1),
        (PlatformError("busy"), PICTURE_ATTEMPTS),
    ],
)
def test_a_picture_in_trouble_does_not_keep_back_what_follows(desk: Desk, error: PlatformError, attempts: int) -> None:
    desk.post.trouble = lambda what: error if what == "picture" else None
    _, row = desk.add_picture()
    desk.add("next")
    for _ in range(PICTURE_ATTEMPTS):
        desk.run()
        desk.now += timedelta(minutes=1)
    assert (desk.row(row).state, desk.row(row).attempts, desk.texts()) == ("failed", attempts, ["words", "next"])


NIGHT, MORNING = datetime(2026, 11, 18, 18, 0, tzinfo=UTC), datetime(2026, 11, 19, 0, 30, tzinfo=UTC)  # 2:00, 8:30


@pytest.fixture
def asleep(desk: Desk) -> Desk:
    """At two in the morning; "a" is the account of somebody in the company's zone."""
    desk.now = NIGHT
    with desk.database.write() as session:
        session.add(Person(id="p", name="p", changed_at=NIGHT))
    return desk


def test_what_nobody_asked_for_waits_for_the_morning_and_holds_up_nothing(asleep: Desk) -> None:
    asleep.add("push", person="p", unasked=True)
    asleep.add("answer", person="p")
    asleep.run()
    assert asleep.texts() == ["answer"]
    asleep.now = MORNING - timedelta(seconds=1)
    asleep.run()
    assert asleep.texts() == ["answer"]
    asleep.now = MORNING
    asleep.run()
    assert asleep.texts() == ["answer", "push"]


def test_an_outage_that_ends_at_night_lets_people_sleep(asleep: Desk) -> None:
    asleep.now = NIGHT - timedelta(hours=7)  # 19:00
    push = asleep.add("push", person="p", unasked=True)
    asleep.post.trouble = lambda _: PlatformError("down")
    asleep.run()
    asleep.now, asleep.post.trouble = NIGHT, lambda _: None
    asleep.add("answer", person="p")
    asleep.run()
    assert asleep.texts() == ["answer"]
    assert (asleep.row(push).due_at, asleep.row(push).attempts) == (MORNING, 0)
    asleep.now = MORNING
    asleep.run()
    assert asleep.texts() == ["answer", "push"]


def test_a_picture_waits_with_its_card(asleep: Desk) -> None:
    sealed = VAULT.seal(dump(Card(text="words", picture=CODE)))
    card = asleep.add("words", person="p", unasked=True)
    asleep.add("", kind="picture", target=card, card_sealed=sealed, person="p", unasked=True)
    asleep.run()
    assert (asleep.texts(), asleep.post.pictures) == ([], [])
    asleep.now = MORNING
    asleep.run()
    assert (asleep.texts(), len(asleep.post.pictures)) == (["words"], 1)
