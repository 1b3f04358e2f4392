from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.simulator import company
from cards import tags

TODAY = date(2026, 11, 18)
DAYS = [TODAY, date(2026, 10, 1), date(2026, 12, 31), date(2027, 2, 28)]
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day = request.param
    assert isinstance(day, date)
    return day


@pytest.fixture
def folder(tmp_path: Path, today: date) -> Path:
    company.write(tmp_path, today)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("people", "id,name,aliases,department,manager,roles,wecom,dingtalk,feishu,timezone,locale,hired"),
        ("goals", "id,owner,title,kind,parent,metric,unit,start,current,target,weight,due,cycle"),
        ("history", "goal,at,value,note"),
        ("feedback", "giver,receiver,at,readers,dimension,behavior,scene,thanked,text"),
    ],
)
def test_the_files_have_the_columns_that_are_imported(tmp_path: Path, name: str, columns: str) -> None:
    company.write(tmp_path, TODAY)
    assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] == columns


def test_every_managers_chain_ends_with_the_one_who_has_none(folder: Path) -> None:
    managers = {row["id"]: row["manager"] for row in read(folder / "people.csv")}
    assert [person for person, manager in managers.items() if not manager] == ["zhaolei"]
    for person in managers:
        chain = [person]
        while managers[chain[-1]]:
            chain.append(managers[chain[-1]])
            assert len(chain) <= 3


def test_the_company_has_thirty_people_in_five_departments_and_every_kind_of_person(folder: Path) -> None:
    people = read(folder / "people.csv")
    assert len({row["id"] for row in people}) == len({row["name"] for row in people}) == 30
    assert len({row["department"] for row in people} - {"总部"}) == 5
    assert sorted(row["roles"] for row in people if row["roles"]) == ["admin", "hr"]
    assert any(";" in row["aliases"] for row in people)
    assert any(row["timezone"] != "Asia/Shanghai" for row in people)
    assert [row["name"] for row in people[:3]] == ["李雷", "王芳", "孙莉"]


def test_weights_of_every_owner_total_a_hundred(folder: Path) -> None:
    total: Counter[str] = Counter()
    for goal in read(folder / "goals.csv"):
        total[goal["owner"]] += int(goal["weight"])
    assert set(total.values()) == {100}


def test_owners_and_parents_of_goals_exist_and_parents_lead_to_the_company(folder: Path) -> None:
    people = read(folder / "people.csv")
    owners = {row["id"] for row in people} | {row["department"] for row in people}
    goals = {row["id"]: row for row in read(folder / "goals.csv")}
    assert {row["owner"] for row in goals.values()} <= owners
    for goal in goals.values():
        top, steps = goal, 0
        while top["parent"]:
            top, steps = goals[top["parent"]], steps + 1
            assert steps < 4
        assert top["owner"] == "总部"


def test_the_cycle_is_the_quarter_of_the_day(folder: Path, today: date) -> None:
    cycle = company.quarter(today)
    goals = read(folder / "goals.csv")
    assert {row["cycle"] for row in goals} == {f"{today.year}Q{(today.month + 2) // 3}"}
    assert all(cycle.start <= date.fromisoformat(row["due"]) <= cycle.end for row in goals)
    assert cycle.start <= today <= cycle.end


def test_a_goal_stands_where_its_last_check_in_left_it(folder: Path, today: date) -> None:
    cycle = company.quarter(today)
    latest: dict[str, str] = {}
    for row in read(folder / "history.csv"):
        assert cycle.start <= datetime.fromisoformat(row["at"]).date() < today
        latest[row["goal"]] = row["value"]
    for goal in read(folder / "goals.csv"):
        assert goal["current"] == latest.get(goal["id"], goal["start"])
        assert float(goal["current"]) >= 0
        assert goal["unit"] != "%" or float(goal["current"]) <= 100


def test_li_lei_is_where_the_stories_need_him(tmp_path: Path) -> None:
    company.write(tmp_path, TODAY)
    mine = [row for row in read(tmp_path / "goals.csv") if row["owner"] == "lilei"]
    assert [(row["metric"], row["current"], row["target"]) for row in mine] == [
        ("客户续约率", "76", "85"),
        ("新签客户数", "7", "20"),
        ("平均响应时长", "12", "8"),
        ("回款额", "320", "500"),
        ("里程碑完成度", "40", "100"),
        ("华东回款率", "71", "90"),
    ]


def test_some_goals_were_silent_for_weeks_and_some_are_behind(tmp_path: Path) -> None:
    company.write(tmp_path, TODAY)
    latest = {row["goal"]: datetime.fromisoformat(row["at"]).date() for row in read(tmp_path / "history.csv")}
    silent = [goal for goal, day in latest.items() if (TODAY - day).days > 21]
    assert 3 <= len(silent) <= 10
    assert 10 <= sum(pace(row) < 0.75 for row in read(tmp_path / "goals.csv")) <= 30


def test_most_people_heard_something_this_month_and_a_few_did_not(folder: Path, today: date) -> None:
    people = {row["id"] for row in read(folder / "people.csv")}
    latest: dict[str, int] = {}
    for row in read(folder / "feedback.csv"):
        assert {row["giver"], row["receiver"]} <= people
        assert row["giver"] != row["receiver"]
        latest[row["receiver"]] = (today - datetime.fromisoformat(row["at"]).date()).days
    assert sorted(person for person, days in latest.items() if days > 30) == ["dengkai", "panlin", "sunwei", "zhangsan"]
    assert people - set(latest) == {"zhaolei"}


def test_the_tags_of_the_sample_feedback_are_ones_that_can_be_tapped(folder: Path) -> None:
    for row in read(folder / "feedback.csv"):
        assert all(row[kind] in tags.defaults()[kind] for kind in tags.KINDS)


def pace(goal: dict[str, str]) -> float:
    """Progress divided by the part of the quarter that is over; 1 for what is only to be kept."""
    start, current, target = (float(goal[name]) for name in ("start", "current", "target"))
    if start == target:
        return 1.0
    return (current - start) / (target - start) / company.quarter(TODAY).elapsed(TODAY)


def test_everybody_has_accounts_and_two_strangers_have_no_person() -> None:
    accounts = company.accounts()
    assert len({(account.platform, account.id) for account in accounts}) == len(accounts)
    assert len({account.person for account in accounts if account.person}) == 30
    assert {account.name for account in accounts if not account.person} == {"石磊", "Kevin Lau"}
    feishu = [account.id for account in accounts if account.platform == "feishu"]
    assert all(len(open_id) == 35 and open_id.startswith("ou_") for open_id in feishu)


def test_an_accounts_manager_is_an_account_of_the_same_platform() -> None:
    accounts = {(account.platform, account.id): account for account in company.accounts()}
    li = next(account for account in accounts.values() if (account.platform, account.name) == ("feishu", "李雷"))
    assert accounts["feishu", li.manager].name == "王芳"
    assert all((a.platform, a.manager) in accounts for a in accounts.values() if a.manager)
