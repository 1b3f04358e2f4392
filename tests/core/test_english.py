"""The main stories for people who read English: every reply complete, and no Chinese in any card.

The company's own data is English here, so that any Chinese character is one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from cards.model import Card
from storage.database import Database
from storage.tables import Goal, Person
from tests.core.desk import Desk
from tests.stories import people

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NAMES = {
    "zhaolei": "Leo Zhao",
    "wangfang": "Fiona Wang",
    "lilei": "Ray Li",
    "hanmeimei": "May Han",
    "liuyang": "Young Liu",
    "zhangsan": "Sam Zhang",
    "sunli": "Lily Sun",
}
METRICS = {
    "G-101": ("renewal rate", "%"),
    "G-102": ("new customers", "customers"),
    "G-103": ("response time", "minutes"),
    "G-104": ("collected payments", "k"),
    "G-106": ("collection rate", "%"),
    "G-110": ("regional renewal rate", "%"),
}
GOOD = "In Wednesday's demo you added three cases; the client agreed on the spot"

# Who says what, and what the answer says. A press is written as in `cards.model.do`.
STORIES: dict[str, list[tuple[str, str, str]]] = {
    "home": [
        ("lilei", "hello", "Maibo · Ray Li"),
        ("lilei", "menu", "My goals"),
        ("lilei", "what is the weather", "I did not get that"),
        ("lilei", "/points", "Points and badges are not with me; Lily Sun can help"),
        ("sunli", "today", "Today"),
        ("lilei", "today", "for HR"),
    ],
    "check-in": [
        ("lilei", "renewal rate is now 80%", "Recorded: renewal rate 76% → 80%"),
        ("lilei", "undo", "Taken back"),
        ("lilei", "check in", "Which goal?"),
        ("lilei", "G-102", "Check in 2/3"),
        ("lilei", "many", "I could not read a number"),
        ("lilei", "9", "Check in 3/3"),
        ("lilei", "two sites have not signed", "Added to this check-in"),
        ("lilei", "/checkin G-101 900000", "out of range"),
        ("lilei", "cancel", "dropped"),
        ("lilei", "add a photo", "waiting for your photo"),
        ("lilei", "skip", "complete"),
        ("wangfang", "check in G-101", "belongs to Ray Li"),
    ],
    "revision": [
        ("lilei", "revise G-101", "What should it become?"),
        ("lilei", "80%", "Why?"),
        ("lilei", "two big clients froze their budgets", "Sent to Fiona Wang"),
        ("wangfang", "waiting for me", "R-1"),
        ("hanmeimei", "approve R-1", "decided by Fiona Wang"),
        ("hanmeimei", "approve", "Nothing waits"),
        ("wangfang", "reject", "R-1"),
        ("wangfang", "cancel", "dropped"),
        ("wangfang", "approve R-1", "R-1 approved"),
        ("wangfang", "approve R-1", "decided already"),
        ("lilei", "goal G-101", "Agreed targets"),
        ("lilei", "change renewal rate to 78% because the list is short", "Sent to Fiona Wang"),
        ("wangfang", "reject R-2", "Say why"),
        ("wangfang", "the list is not checked yet", "R-2 rejected"),
        ("lilei", "revise G-101", "What should it become?"),
        ("lilei", "weight 25%", "Why?"),
        ("lilei", "cancel", "dropped"),
    ],
    "new goal": [
        ("lilei", "add a goal: customer satisfaction to 95% by December 31", "Sent to Fiona Wang: new goal"),
        ("wangfang", "approvals", "R-1"),
        ("wangfang", "approve R-1", "R-1 approved"),
        ("lilei", "goal NG-1", "customer satisfaction"),
        ("lilei", "new goal", "What is to be reached?"),
        ("lilei", "cut the response time", "To what figure?"),
        ("lilei", "2 days", "Due when?"),
        ("lilei", "Dec 20", "Where is it now?"),
        ("lilei", "5 days", "Sent to Fiona Wang"),
        ("lilei", "undo", "R-2 taken back"),
        ("lilei", "mute reminders at night", "Reminders keep quiet"),
    ],
    "feedback": [
        ("lilei", "feedback for Sam Zhang: you are lazy", "judges"),
        ("lilei", "edit", "Feedback for Sam Zhang"),
        ("lilei", GOOD, "100/100"),
        ("lilei", "only Sam Zhang", "Delivered to Sam Zhang"),
        ("lilei", "edit F-1", "Edit feedback for Sam Zhang"),
        ("lilei", GOOD + " to a trial", "Send it?"),
        ("lilei", "send", "Now version 2"),
        ("zhangsan", "see feedback F-1", "Version 1"),
        ("lilei", "feedback i gave", "Version 2"),
        ("lilei", "tag F-1", "Dimension"),
        ("lilei", "Customer experience", "Behaviour"),
        ("lilei", "2", "Scene"),
        ("lilei", "none", "Document number"),
        ("lilei", "CRM-7", "Tags on the feedback for Sam Zhang: Customer experience"),
        ("zhangsan", "feedback i received", "Feedback I received"),
        ("zhangsan", "thanks F-1", "You said thanks"),
        ("lilei", "how is Sam Zhang doing", "Ray Li: In Wednesday"),
        ("zhangsan", "my growth", "Feedback from Ray Li"),
        ("zhangsan", "who gave me feedback", "from 1 people"),
        ("zhangsan", "edit F-1", "Only Ray Li can edit"),
        ("lilei", "undo", "Taken back"),
    ],
    "asking for feedback": [
        ("lilei", "ask Fiona Wang for feedback", "Fiona Wang was asked"),
        ("wangfang", "write feedback Q-1", "Feedback for Ray Li"),
        ("wangfang", "In yesterday's review you put the risks into one table; it took ten minutes", "Who may read it?"),
        ("wangfang", "only Ray Li", "Delivered to Ray Li"),
        ("lilei", "ask May Han for feedback", "May Han was asked"),
        ("hanmeimei", "not this time Q-2", "Not this time"),
        ("zhangsan", "my feedback code", "Send me"),
    ],
    "one-to-one": [
        ("lilei", "book a one-to-one with Fiona Wang tomorrow at 3pm", "Booked"),
        ("wangfang", "record talk T-1", "three most important"),
        ("wangfang", "renewals, payments, hiring", "What is hardest?"),
        ("wangfang", "frozen budgets", "What support is needed?"),
        ("wangfang", "legal two days earlier", "Recorded"),
        ("lilei", "see talk T-1", "legal two days earlier"),
        ("lilei", "my one-to-ones", "My one-to-ones"),
        ("hanmeimei", "see talk T-1", "no such one-to-one"),
        ("lilei", "book a one-to-one with May Han", "When?"),
        ("lilei", "some day", "I could not read a date"),
        ("lilei", "tomorrow 4pm", "Booked"),
        ("hanmeimei", "cancel talk T-2", "Cancelled"),
    ],
    "help": [
        ("lilei", "get help", "Whom?"),
        ("lilei", "May Han", "Ask May Han for help"),
        ("lilei", "please read the contract by Friday", "May Han was asked"),
        ("hanmeimei", "accept H-1", "Accepted"),
        ("lilei", "what have I not finished this month", "Nothing unfinished is due"),
        ("lilei", "what is left", "Not finished yet"),
    ],
    "questions": [
        ("lilei", "my goals", "G-102"),
        ("lilei", "how far am I from my targets", "How far to go"),
        ("zhangsan", "what suggestions were in my last feedback", "No feedback yet"),
        ("wangfang", "who has not updated this week", "Not updated this week"),
        ("wangfang", "my team", "Ray Li"),
        ("lilei", "my team", "Nobody reports to you"),
        ("wangfang", "how is Ray Li doing", "Ray Li, lately"),
        ("hanmeimei", "how is Ray Li doing", "Only Ray Li, their managers and HR"),
        ("lilei", "my growth", "Nothing to show yet"),
        ("lilei", "ranking", "No update this quarter yet"),
        ("lilei", "who gave me feedback", "No feedback yet"),
        ("wangfang", "to do", "Update"),
        ("lilei", "snapshot", "Ray Li · 2026Q4 snapshot"),
        ("lilei", "approvals", "Nothing waits"),
    ],
    "dialogs": [
        ("lilei", "continue", "There is nothing open"),
        ("lilei", "give feedback", "Feedback for whom?"),
        ("lilei", "nobody at all", "No colleague of that name"),
        ("lilei", "May Han", "Feedback for May Han"),
        ("lilei", "my goals", "“feedback” is kept"),
        ("lilei", GOOD, "Who may read it?"),
        ("lilei", "perhaps", "Pick one of those above"),
        ("lilei", "give feedback", "“feedback” was left unfinished"),
        ("lilei", "continue", "Who may read it?"),
        ("lilei", "cancel", "dropped"),
    ],
}  # fmt: skip


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
        translate(session)
    yield Desk(database)
    database.close()


def translate(session: Session) -> None:
    """The company's own data in English."""
    for person in session.exec(select(Person)):
        person.name, person.locale, person.department = NAMES[person.id], "en", "HQ/Sales"
    for goal in session.exec(select(Goal)):
        goal.metric, goal.unit = METRICS[goal.id]
        goal.title = goal.metric


def words_of(card: Card) -> str:
    """What is read, without what a press sends."""
    form = card.form
    fields = [part for f in (form.fields if form else ()) for part in (f.label, str(getattr(f, "placeholder", "")))]
    fields += [option.label for f in (form.fields if form else ()) for option in getattr(f, "options", ())]
    facts = [part for fact in card.facts for part in (fact.label, fact.value)]
    changes = [part for c in card.changes for part in (c.label, c.old, c.new)]
    buttons = [part for b in card.buttons for part in (b.label, b.say)]
    quote = [card.quote.label, card.quote.text] if card.quote else []
    submit = [form.submit] if form else []
    head = [card.title, card.subtitle, card.text, card.status, card.outcome, card.hint]
    return "\n".join([*head, *facts, *changes, *quote, *fields, *submit, *buttons])


@pytest.mark.parametrize("story", STORIES)
def test_the_same_stories_run_in_english(desk: Desk, story: str) -> None:
    for who, said, expected in STORIES[story]:
        desk.now = desk.now.replace(second=desk.now.second + 1)
        answer = "\n".join(words_of(card) for card in desk.say(who, said))
        assert expected in answer, (said, answer)
        assert not CHINESE.search(answer), (said, answer)
    for who, card in desk.cards():
        assert card.locale == "en"
        assert not CHINESE.search(words_of(card)), (who, words_of(card))
