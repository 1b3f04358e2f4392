"""`maibo import goals`: new goals, new versions, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import col, select

from storage.tables import GoalVersion
from tests.cli.desk import GOALS, PEOPLE, Desk

HEADER = "id,owner,title,parent,target,weight,due,cycle\n"


def versions(desk: Desk, goal: str) -> list[tuple[int, float, float, date, str]]:
    wanted = select(GoalVersion).where(GoalVersion.goal == goal).order_by(col(GoalVersion.version))
    with desk.database.read() as session:
        return [(v.version, v.target, v.weight, v.due, v.by) for v in session.exec(wanted)]


def test_goals_are_added_with_direction_and_first_version(desk: Desk) -> None:
    desk.people(PEOPLE)
    assert desk.goals(GOALS).added == 3
    up, down = desk.row("goals", "G-101"), desk.row("goals", "G-102")
    assert (up["direction"], up["current"], up["version"], down["direction"]) == ("up", 76, 1, "down")
    assert versions(desk, "G-101") == [(1, 85, 60, date(2026, 12, 31), "import")]


def test_the_same_file_again_changes_nothing(company: Desk) -> None:
    assert company.goals(GOALS).unchanged == 3
    assert len(company.entries()) == 7


def test_a_new_target_is_a_new_version_and_the_old_one_stays(company: Desk) -> None:
    assert company.goals(GOALS.replace("76,85,60", "76,80,60")).changed == 1
    assert [(number, target) for number, target, *_ in versions(company, "G-101")] == [(1, 85), (2, 80)]
    last = company.export("audit")[-1]
    assert (last["action"], last["before"], last["after"]) == ("goal.imported", {"target": 85}, {"target": 80})


def test_a_new_title_is_no_new_version(company: Desk) -> None:
    company.goals(GOALS.replace("续约率到85%", "老客户续约率到85%"))
    goal = company.row("goals", "G-101")
    assert (goal["title"], goal["version"]) == ("老客户续约率到85%", 1)


def test_the_current_value_follows_the_file_until_somebody_checks_in(company: Desk) -> None:
    company.goals(GOALS.replace("70,76,85", "70,77,85"))
    assert company.row("goals", "G-101")["current"] == 77
    company.metrics("metric,at,value,source\n续约率,2026-11-17,79,crm\n")
    company.goals(GOALS)
    assert company.row("goals", "G-101")["current"] == 79


def test_a_goal_without_a_current_value_begins_at_its_start(desk: Desk) -> None:
    desk.people(PEOPLE)
    desk.goals("id,owner,title,start,target,cycle\nG-9,li,降到5天,9,5,2026-11\n")
    goal = desk.row("goals", "G-9")
    assert (goal["current"], goal["due"], goal["kind"]) == (9, "2026-11-30", "kpi")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("G-9,nobody,T,,1,0,,2026", "owner 'nobody' is neither a person nor a department"),
        ("G-9,总部/华,T,,1,0,,2026", "owner '总部/华' is neither a person nor a department"),
        ("G-9,li,,,1,0,,2026", "title is missing"),
        ("G-9,li,T,G-8,1,0,,2026", "parent 'G-8' is neither in the file nor known"),
        ("G-9,li,T,G-9,1,0,,2026", "parent 'G-9' makes a circle"),
        ("G-9,li,T,,,0,,2026", "target is missing"),
        ("G-9,li,T,,lots,0,,2026", "target 'lots' is not a number"),
        ("G-9,li,T,,nan,0,,2026", "target 'nan' is not a number"),
        ("G-9,li,T,,1,101,,2026", "weight '101' is not between 0 and 100"),
        ("G-9,li,T,,1,0,soon,2026", "due 'soon' is not a date such as 2026-12-31"),
        ("G-9,li,T,,1,0,,Q4", "cycle 'Q4' is not a cycle such as 2026Q4, 2026-11 or 2026"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(company: Desk, line: str, reason: str) -> None:
    outcome = company.goals(HEADER + line)
    assert outcome.refused == [(2, reason)]
    assert len(company.export("goals")) == 3


def test_a_circle_through_known_goals_is_refused(company: Desk) -> None:
    outcome = company.goals(GOALS.replace("objective,,", "objective,G-101,"))
    assert [line for line, _ in outcome.refused] == [2, 3]


def test_weights_that_do_not_total_100_are_taken_with_a_warning(company: Desk) -> None:
    outcome = company.goals(GOALS.replace("12,8,40", "12,8,30"))
    assert outcome.changed == 1
    assert outcome.warnings == ["the weights of li in 2026Q4 total 90, not 100"]


def test_thousands_may_be_marked(desk: Desk) -> None:
    desk.people(PEOPLE)
    desk.goals('id,owner,title,target,cycle\nG-9,总部,营收,"1,600.5",2026\n')
    assert desk.row("goals", "G-9")["target"] == 1600.5
