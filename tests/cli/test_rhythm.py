"""The rhythm from the command line: `maibo tick`, `maibo policy`, `maibo import calendar`, `maibo export nudges`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from storage.tables import CalendarDay
from tests.cli.conftest import Maibo
from tests.cli.desk import GOALS, PEOPLE, Desk

FRIDAY = "2026-11-20T16:00"  # without an offset: the company's time
FIELDS = ["job", "slot", "person", "kind", "text"]
DAYS = "day,kind,name\n2026-11-20,own,年会\n2027-01-01,off,元旦\n2027/2/20,work,\n"


def rows(maibo: Maibo, *command: str) -> list[dict[str, Any]]:
    done = maibo(*command)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.fixture
def settled(maibo: Maibo) -> Maibo:
    """The company of the desk, brought in by the commands."""
    assert maibo("import", "people", "-", typed=PEOPLE).returncode == 0
    assert maibo("import", "goals", "-", typed=GOALS).returncode == 0
    return maibo


def test_a_dry_tick_tells_what_a_real_one_sends_and_the_export_keeps(settled: Maibo) -> None:
    dry = rows(settled, "tick", "--at", FRIDAY, "--dry-run", "--json")
    assert rows(settled, "export", "nudges") == []
    lines = settled("tick", "--at", FRIDAY, "--dry-run").stdout.splitlines()
    assert lines == ["  ".join(push.values()) for push in dry]
    assert rows(settled, "tick", "--at", "2026-11-20T08:00:00Z", "--json") == dry
    kept = rows(settled, "export", "nudges")
    assert [{name: nudge[name] for name in FIELDS} for nudge in kept] == dry
    assert [list(push) for push in dry] == [FIELDS] * len(dry)
    assert ("checkin", "li", "2026-11-20T16:00+08:00") in {(p["kind"], p["person"], p["slot"]) for p in dry}
    assert rows(settled, "tick", "--at", FRIDAY, "--json") == []


def test_a_policy_is_shown_set_and_taken_back(settled: Maibo) -> None:
    assert settled("policy").stdout == ""
    assert settled("policy", "silence_days=21", "check_in_at=9:30").returncode == 1  # two digits an hour
    assert settled("policy", "silence_days=21", "on=false").stdout == "on=False\nsilence_days=21\n"
    assert rows(settled, "tick", "--at", FRIDAY, "--dry-run", "--json") == []
    assert settled("policy", "on=").stdout == "silence_days=21\n"
    settled("policy", "--department", "总部/华东", "check_in_at=14:30")
    dry = rows(settled, "tick", "--at", "2026-11-20T14:30", "--dry-run", "--json")
    assert {push["person"] for push in dry if push["kind"] == "checkin"} == {"li"}
    changed = [row for row in rows(settled, "export", "audit") if row["action"] == "policy"]
    assert [(row["before"], row["after"]) for row in changed][1] == (
        {"silence_days": 21, "on": False},
        {"silence_days": 21},
    )


def test_a_calendar_goes_in_and_counts_at_once(settled: Maibo) -> None:
    done = settled("import", "calendar", "-", typed=DAYS)
    assert (done.returncode, done.stdout) == (0, "calendar: 3 added, 0 changed, 0 unchanged\n")
    assert rows(settled, "tick", "--at", FRIDAY, "--dry-run", "--json") == []
    thursday = rows(settled, "tick", "--at", "2026-11-19T16:00", "--dry-run", "--json")
    assert "checkin" in {push["kind"] for push in thursday}


def test_a_calendar_is_taken_whole_or_not_at_all(desk: Desk) -> None:
    assert desk.calendar(DAYS).added == 3
    again = desk.calendar(DAYS.replace("own,年会", "off,年会"))
    assert (again.added, again.changed, again.unchanged) == (0, 1, 2)
    assert desk.entries()[-1] == "calendar.day 2026-11-20"
    wrong = "day,kind\n2027-05-01,off\n2027-13-01,off\n2027-05-02,holiday\n,off\n2027-05-01,work\n"
    assert desk.calendar(wrong).refused == [
        (3, "day '2027-13-01' is not a date such as 2026-12-31"),
        (4, "kind 'holiday' is none of off, work, own"),
        (5, "day is missing"),
        (6, "2027-05-01 is there twice"),
    ]
    with desk.database.read() as session:
        assert session.get(CalendarDay, date(2027, 5, 1)) is None
