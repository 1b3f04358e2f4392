"""The lists of tags: a company's own, a department's own, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from cards import tags
from cards.wording import LOCALES
from handlers import policy
from storage.database import Database
from storage.tables import AuditEntry, Feedback, Person
from tests.core.desk import VAULT, Desk, text_of
from tests.stories import people

OWN = "release:上线/Release,incident:故障/Incident"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """F-1 is for somebody of the delivery centre, F-2 for somebody of sales."""
    database = Database(sqlite_url)
    with database.write() as session:
        people.settle_in(session)
    made = Desk(database)
    for name in ("张三", "韩梅梅"):
        made.say("lilei", f"给{name}反馈：周三会上你补充了三个案例")
        made.say("lilei", f"只有{name}")
    yield made
    database.close()


def set_policy(desk: Desk, department: str = "", **changes: str | None) -> None:
    with desk.database.write() as session:
        policy.store(session, department, changes)


def test_a_department_words_its_own_lists_for_what_its_people_receive(desk: Desk) -> None:
    set_policy(desk, people.DELIVERY, scene=OWN)
    set_policy(desk, scene="fair:展会/Fair")
    assert "上线" in text_of(desk.say("lilei", "加标签 F-1"))
    shown = text_of(desk.say("lilei", "加标签 F-2"))
    assert "展会" in shown
    assert "上线" not in shown
    assert "客户体验" in shown


def test_a_tag_is_kept_by_its_id_and_shown_in_the_readers_language(desk: Desk) -> None:
    set_policy(desk, people.DELIVERY, scene=OWN)
    with desk.database.write() as session:
        session.get_one(Person, "zhangsan").locale = "en"
    for said in ("加标签 F-1", "0", "0", "故障", "跳过"):
        desk.say("lilei", said)
    with desk.database.read() as session:
        assert [f.scene for f in session.exec(select(Feedback).order_by("id"))] == ["incident", ""]
    assert any(who == "zhangsan" and "Incident" in shown for who, shown in desk.deliveries())


def marks(desk: Desk) -> tuple[str, str, str, str]:
    """Of F-1; what the document number says last."""
    with desk.database.read() as session:
        found = session.get_one(Feedback, 1)
        number = VAULT.open(found.document_sealed) if found.document_sealed else ""
        return found.dimension, found.behavior, found.scene, number


def tag(desk: Desk, *answers: str) -> None:
    for said in ("加标签 F-1", *answers):
        desk.say("lilei", said)


def trail(desk: Desk) -> list[tuple[dict[str, object] | None, dict[str, object] | None]]:
    with desk.database.read() as session:
        tagged = select(AuditEntry).where(AuditEntry.action == "feedback.tagged").order_by(col(AuditEntry.seq))
        return [(entry.before, entry.after) for entry in session.exec(tagged)]


def test_what_is_skipped_stays_as_it_is(desk: Desk) -> None:
    tag(desk, "客户体验", "1", "1", "CRM-7")
    kept = marks(desk)
    assert all(kept)
    before = len(trail(desk))
    tag(desk, "跳过", "跳过", "跳过", "跳过")
    assert marks(desk) == kept
    assert len(trail(desk)) == before


@pytest.mark.parametrize("nothing", ["不选", "0", "no tag"])
def test_what_is_deliberately_none_is_taken_off(desk: Desk, nothing: str) -> None:
    tag(desk, "客户体验", "1", "1", "CRM-7")
    tag(desk, nothing, "跳过", nothing, "去掉")
    dimension, behavior, scene, number = marks(desk)
    assert (dimension, scene, number) == ("", "", "")
    assert behavior


def test_the_form_of_a_tagged_feedback_begins_with_what_is_marked(desk: Desk) -> None:
    tag(desk, "客户体验", "1", "1", "CRM-7")
    (card,) = desk.say("lilei", "加标签 F-1")
    assert card.form
    assert [getattr(field, "default", "") for field in card.form.fields] == list(marks(desk)[:3])


def test_every_change_of_a_mark_has_its_line_and_no_words_in_it(desk: Desk) -> None:
    tag(desk, "客户体验", "跳过", "跳过", "CRM-7")
    tag(desk, "跳过", "跳过", "跳过", "CRM-8")
    tag(desk, "不选", "跳过", "跳过", "去掉")
    steps = [(before or {}, after or {}) for before, after in trail(desk)]
    assert [(b["dimension"], a["dimension"]) for b, a in steps] == [
        ("", "customer"),
        ("customer", "customer"),
        ("customer", "customer"),
        ("customer", ""),
        ("", ""),
    ]
    assert [(b["document"], a["document"], a["document_changed"]) for b, a in steps] == [
        (False, False, False),
        (False, True, True),
        (True, True, True),
        (True, True, False),
        (True, False, True),
    ]
    assert "CRM" not in str(steps)


def test_a_tag_that_is_gone_from_the_list_is_still_called_something() -> None:
    known = tags.Tags({kind: tags.read(["a:甲/A"]) for kind in tags.KINDS})
    assert known.label("scene", "a", "en") == "A"
    assert known.label("scene", "milestone", "zh") == "里程碑"
    assert known.label("scene", "unheard_of", "zh") == "unheard_of"


def test_what_is_shipped_is_a_list_like_any_other() -> None:
    for kind, names in tags.defaults().items():
        assert kind in tags.KINDS
        assert tags.read([f"{one}:{'/'.join(called)}" for one, called in names.items()]).keys() == names.keys()
        assert all(len(called) == len(LOCALES) for called in names.values())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("客户体验", "not an id"),
        ("none:无/None", "not an id"),
        ("customer:客户体验", "not id:中文/English"),
        ("customer:客户体验/", "not id:中文/English"),
        ("customer:" + "长" * 21 + "/Long", "not id:中文/English"),
        ("a:甲/A,a:乙/B", "one tag only"),
        ("a:甲/A,b:甲/B", "one tag only"),
        (",".join(f"t{n}:名{n}/N{n}" for n in range(10)), "at most 9"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(desk: Desk, wrong: str, why: str) -> None:
    set_policy(desk, scene=OWN)
    with pytest.raises(ValueError, match=f"scene: .*{why}"):
        set_policy(desk, scene=wrong)
    with desk.database.read() as session:
        assert list(policy.read(session).company.tags["scene"]) == ["release", "incident"]


def test_taking_a_list_back_leaves_the_one_that_is_shipped(desk: Desk) -> None:
    set_policy(desk, scene=OWN)
    set_policy(desk, scene=None)
    with desk.database.read() as session:
        assert policy.read(session).of(people.SALES).tags == tags.defaults()
