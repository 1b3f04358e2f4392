"""`maibo import people`: the rules, and that a file is taken as a whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.imports import UnreadableFileError
from storage.tables import Person
from tests.cli.desk import PEOPLE, Desk

HEADER = "id,name,manager,roles,wecom,timezone,locale,hired\n"


def test_people_are_added_with_their_accounts_and_managers(desk: Desk) -> None:
    outcome = desk.people(PEOPLE)
    assert (outcome.added, outcome.changed, outcome.unchanged) == (4, 0, 0)
    li = desk.row("people", "li")
    assert (li["name"], li["manager"], li["wecom"], li["feishu"]) == ("李雷", "wang", "LiLei", "ou_li")
    assert desk.entries() == [f"person.imported {who}" for who in ("zhao", "wang", "li", "sun")]


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.people(PEOPLE)
    outcome = desk.people(PEOPLE)
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 4)
    assert len(desk.entries()) == 4


def test_a_changed_line_changes_that_person_alone(desk: Desk) -> None:
    desk.people(PEOPLE)
    outcome = desk.people("id,name,manager\nli,李雷雷,zhao\n")
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 1, 0)
    li = desk.row("people", "li")
    assert (li["name"], li["manager"], li["wecom"], li["department"]) == ("李雷雷", "zhao", "LiLei", "总部/华东")
    assert len(desk.export("people")) == 4


def test_an_empty_cell_takes_the_account_away(desk: Desk) -> None:
    desk.people(PEOPLE)
    assert desk.people("id,name,wecom\nli,李雷,\n").changed == 1
    li = desk.row("people", "li")
    assert (li["wecom"], li["feishu"]) == ("", "ou_li")


def test_an_account_can_move_within_one_file(desk: Desk) -> None:
    desk.people(PEOPLE)
    desk.people("id,name,wecom\nli,李雷,SunLi\nsun,孙莉,LiLei\n")
    assert [desk.row("people", who)["wecom"] for who in ("li", "sun")] == ["SunLi", "LiLei"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("new,,,,,,,", "name is missing"),
        (",新人,,,,,,", "id is missing"),
        ("new,新人,nobody,,,,,", "manager 'nobody' is neither in the file nor known"),
        ("new,新人,,boss,,,,", "role 'boss' is none of hr, admin"),
        ("new,新人,,,LiLei,,,", "wecom account 'LiLei' belongs to 'li'"),
        ("new,新人,,,,Mars,,", "timezone 'Mars' is not a time zone such as Asia/Shanghai"),
        ("new,新人,,,,,fr,", "locale 'fr' is neither zh nor en"),
        ("new,新人,,,,,,2026-02-30", "hired '2026-02-30' is not a date such as 2026-12-31"),
        ("new,新人,new,,,,,", "manager 'new' makes a circle"),
        ("zhao,赵磊,li,,,,,", "manager 'li' makes a circle"),
        ("new,新人", "has 2 cells, the header has 8"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(desk: Desk, line: str, reason: str) -> None:
    desk.people(PEOPLE)
    assert desk.people(HEADER + line).refused == [(2, reason)]


def test_one_wrong_line_keeps_the_whole_file_out(desk: Desk) -> None:
    outcome = desk.people(HEADER + "a,甲,,,,,,\nb,乙,nobody,,,,,\n")
    assert [line for line, _ in outcome.refused] == [3]
    assert desk.export("people") == []
    assert desk.entries() == []


def test_an_id_and_an_account_stand_for_one_person_in_a_file(desk: Desk) -> None:
    outcome = desk.people("id,name,wecom\na,甲,X\nb,乙,X\na,丙,\n")
    assert outcome.refused == [
        (3, "wecom account 'X' is that of 'a' in this file too"),
        (4, "id 'a' is in line 2 already"),
    ]


def test_a_line_is_counted_as_an_editor_counts_it(desk: Desk) -> None:
    outcome = desk.people('id,name,manager\na,"甲\n乙",\n\nb,丙,nobody\n')
    assert [line for line, _ in outcome.refused] == [5]


def test_what_spreadsheets_write_is_taken(desk: Desk) -> None:
    text = "id,name,aliases,roles,locale,hired\r\na,甲,小甲；甲哥,HR; admin,zh-CN,2021/3/5\r\n"
    assert desk.people(b"\xef\xbb\xbf" + text.encode()).added == 1
    row = desk.row("people", "a")
    assert (row["aliases"], row["roles"], row["locale"]) == (["小甲", "甲哥"], ["hr", "admin"], "zh")
    assert row["hired"] == "2021-03-05"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,name\na,甲\n".encode("gbk"), "not UTF-8"),
        ("id,name\na,甲\n".encode("utf-16"), "not UTF-8"),
        (b"id,name\na,\x00\n", "not text"),
        (b"", "Column 'id' is missing"),
        (b"id,nick\n", "Unknown column 'nick'"),
        (b"id,name,id\n", "Column 'id' is there twice"),
        (b'id,name\na,"b\n', "not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(desk: Desk, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        desk.people(content)


def test_names_and_accounts_stay_out_of_the_audit_log(desk: Desk) -> None:
    desk.people(PEOPLE)
    desk.people("id,name,wecom\nli,李磊,LiLei2\n")
    last = desk.export("audit")[-1]
    assert last["after"] == {"fields": ["name", "wecom"]}
    assert not any(word in str(desk.export("audit")) for word in ("李雷", "李磊", "LiLei"))


def state(desk: Desk, person: str) -> tuple[date | None, date | None, bool]:
    with desk.database.read() as session:
        row = session.get_one(Person, person)
    return row.away_from, row.away_until, row.active


def test_leave_goes_in_is_audited_and_stays_where_the_file_does_not_speak_of_it(desk: Desk) -> None:
    desk.people(PEOPLE)
    desk.people("id,name,away_from,away_until\nli,李雷,2026-12-01,2026/12/05\nwang,王芳,2026-12-01,\n")
    assert state(desk, "li") == (date(2026, 12, 1), date(2026, 12, 5), True)
    assert state(desk, "wang") == (date(2026, 12, 1), None, True)
    entry = next(row for row in desk.export("audit") if "away_from" in (row["after"] or {}))
    assert entry["before"] == {"away_from": None, "away_until": None}
    assert entry["after"]["away_until"] == "2026-12-05"
    assert desk.people(PEOPLE).unchanged == 4
    desk.people("id,name,away_from,away_until\nli,李雷,,\n")
    assert state(desk, "li") == (None, None, True)


def test_who_leaves_is_not_active_any_more_and_an_empty_cell_brings_nobody_back(desk: Desk) -> None:
    desk.people(PEOPLE)
    desk.people("id,name,active\nli,李雷,false\nwang,王芳,TRUE\n")
    assert (state(desk, "li")[2], state(desk, "wang")[2]) == (False, True)
    assert desk.export("audit")[-1]["after"] == {"active": False, "fields": ["active"]}
    assert desk.people("id,name,active\nli,李雷,\n").unchanged == 1
    desk.people("id,name,active\nli,李雷,true\n")
    assert state(desk, "li")[2] is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id,name,away_from\nli,李雷,2026-12-01\n", "away_from and away_until come together"),
        ("id,name,away_from,away_until\nli,李雷,,2026-12-01\n", "away_until is before away_from, or without it"),
        (
            "id,name,away_from,away_until\nli,李雷,2026-12-02,2026-12-01\n",
            "away_until is before away_from, or without it",
        ),
        ("id,name,active\nli,李雷,maybe\n", "active 'maybe' is neither true nor false"),
    ],
)
def test_a_wrong_leave_is_refused(desk: Desk, text: str, reason: str) -> None:
    assert desk.people(text).refused == [(2, reason)]
