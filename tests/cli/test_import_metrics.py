"""`maibo import metrics`: points become check-ins, once, and a goal shows the newest."""

from __future__ import annotations

import pytest

from tests.cli.desk import GOALS, Desk

HEADER = "metric,at,value,source\n"
POINT = HEADER + "续约率,2026-11-17T18:00:00+08:00,79,crm\n"


def test_a_point_becomes_a_check_in_of_the_goal_that_watches(company: Desk) -> None:
    assert company.metrics(POINT).added == 1
    (checkin,) = company.export("checkins")
    assert (checkin["goal"], checkin["person"], checkin["previous"], checkin["value"]) == ("G-101", "li", 76, 79)
    assert (checkin["source"], checkin["at"]) == ("csv:crm", "2026-11-17T18:00:00+08:00")
    assert company.row("goals", "G-101")["current"] == 79
    assert company.entries()[-1] == "checkin G-101"


def test_the_same_point_again_changes_nothing(company: Desk) -> None:
    company.metrics(POINT)
    again = company.metrics(POINT.replace("18:00:00+08:00", "10:00:00Z") + "续约率,2026-11-17 18:00,79,crm\n")
    assert (again.added, again.unchanged) == (0, 2)
    assert len(company.export("checkins")) == 1


def test_the_same_time_from_another_source_is_another_point(company: Desk) -> None:
    company.metrics(POINT)
    assert company.metrics(POINT.replace("crm", "bi")).added == 1


def test_a_point_that_contradicts_a_known_one_is_refused(company: Desk) -> None:
    company.metrics(POINT)
    assert company.metrics(POINT.replace("79", "99")).refused == [(2, "this point is known already, with the value 79")]


def test_an_older_point_is_kept_but_does_not_turn_the_goal_back(company: Desk) -> None:
    company.metrics(POINT)
    company.metrics(HEADER + "续约率,2026-11-03,72,crm\n")
    assert company.row("goals", "G-101")["current"] == 79
    older = company.export("checkins")[-1]
    assert (older["value"], older["previous"]) == (72, 70)


def test_points_are_taken_in_the_order_of_their_times(company: Desk) -> None:
    company.metrics(HEADER + "续约率,2026-11-10,78,crm\n续约率,2026-11-03,77,crm\n")
    assert [(c["value"], c["previous"]) for c in company.export("checkins")] == [(77, 76), (78, 77)]
    assert company.row("goals", "G-101")["current"] == 78


def test_every_goal_that_watches_gets_the_point(company: Desk) -> None:
    company.goals(GOALS.splitlines()[0] + "\nG-201,wang,续约率,kpi,,续约率,%,70,,90,100,,2026Q4\n")
    assert company.metrics(POINT).added == 2
    assert {c["goal"] for c in company.export("checkins")} == {"G-101", "G-201"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("满意度,2026-11-17,1,", "no goal open on 2026-11-17 has the metric '满意度'"),
        ("续约率,2025-01-01,1,", "no goal open on 2025-01-01 has the metric '续约率'"),
        ("续约率,yesterday,1,", "at 'yesterday' is not a time such as 2026-12-31T18:00:00+08:00"),
        ("续约率,2026-11-17,1%,", "value '1%' is not a number"),
        ("续约率,2026-11-17,,", "value is missing"),
        (",2026-11-17,1,x", "metric is missing"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(company: Desk, line: str, reason: str) -> None:
    assert company.metrics(POINT + line).refused == [(3, reason)]
    assert company.export("checkins") == []
