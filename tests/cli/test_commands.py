"""The command line as a person meets it: exit codes, one line of complaint, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Maibo
from tests.cli.desk import GOALS, PEOPLE

CONTEXT = {
    "now": "2026-11-18T10:00:00+08:00",
    "cycle": {"start": "2026-10-01", "end": "2026-12-31"},
    "speaker": "li",
    "people": [{"id": "li", "name": "李雷"}],
    "goals": [
        {"id": "G-101", "owner": "li", "title": "续约率到85%", "metric": "续约率", "unit": "%"}
        | {"start": 70, "current": 76, "target": 85}
    ],
}


@pytest.mark.parametrize(
    ("command", "settings", "code", "words"),
    [
        ("", {}, 2, "Missing command"),
        ("frobnicate", {}, 2, "No such command 'frobnicate'"),
        ("import people", {}, 2, "Missing argument 'FILE'"),
        ("import people nowhere.csv", {}, 2, "'nowhere.csv' does not exist"),
        ("import people .", {}, 2, "is a directory"),
        ("export secrets", {}, 2, "'secrets' is not one of"),
        ("tick", {}, 2, "Missing option '--at'"),
        ("tick --at soon", {}, 2, "'soon' is not a time"),
        ("tick --at 2026-11-18T25:00 --json", {}, 2, "'2026-11-18T25:00' is not a time"),
        ("policy silence_days", {}, 2, "'silence_days' is not NAME=VALUE"),
        ("policy silence=30", {}, 1, "there is no setting 'silence'"),
        ("policy silence_days=long", {}, 1, "silence_days is a number up to 1000"),
        ("policy morning_at=25:00", {}, 1, "morning_at is a time such as 09:30"),
        ("policy --department 总部 holidays=weekends", {}, 1, "only the company sets holidays"),
        ("run --port 0", {}, 2, "0 is not in the range"),
        ("understand", {}, 2, "Missing option '--context'"),
        ("export people", {}, 1, "run `maibo db upgrade`"),
        ("web", {}, 1, "run `maibo db upgrade`"),
        ("db upgrade", {"MAIBO_DATABASE_URL": "rubbish"}, 1, "MAIBO_DATABASE_URL must be"),
        ("db upgrade", {"MAIBO_DATABASE_URL": "mysql://a/b"}, 1, "MAIBO_DATABASE_URL must be"),
        ("db upgrade", {"MAIBO_DATABASE_URL": "sqlite:////proc/no/x.db"}, 1, "/proc/no"),
        ("db upgrade", {"MAIBO_DATABASE_URL": "postgresql://u:hush@127.0.0.1:9/x"}, 1, "does not answer"),
        ("db upgrade", {"MAIBO_TIMEZONE": "Mars"}, 1, "MAIBO_TIMEZONE: 'Mars' is not a time zone"),
        ("db upgrade", {"MAIBO_CALLBACK_MAX_AGE": "old"}, 1, "MAIBO_CALLBACK_MAX_AGE: "),
        ("run", {"MAIBO_WECOM_TOKEN": "x"}, 1, "MAIBO_WECOM_CORP_ID, MAIBO_WECOM_AGENT_ID, MAIBO_WECOM_SECRET"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    maibo: Maibo, command: str, settings: dict[str, str], code: int, words: str
) -> None:
    is_one_line(maibo(*command.split(), **settings), code, words)


@pytest.mark.parametrize(
    ("command", "settings", "code", "words"),
    [
        ("frobnicate", {}, 2, "No such command 'frobnicate'"),
        ("policy silence=30", {}, 1, "there is no setting 'silence'"),
        ("db upgrade", {"MAIBO_DATABASE_URL": "postgresql://u:hush@127.0.0.1:9/x"}, 1, "does not answer"),
    ],
)
def test_a_fresh_interpreter_has_nothing_more_to_say(
    fresh_maibo: Maibo, command: str, settings: dict[str, str], code: int, words: str
) -> None:
    is_one_line(fresh_maibo(*command.split(), **settings), code, words)


def is_one_line(done: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    assert done.returncode == code
    assert words in done.stderr
    assert done.stderr.startswith("maibo: ")
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr
    assert done.stdout == ""


def test_files_go_in_and_out(fresh_maibo: Maibo, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    assert fresh_maibo("import", "people", "people.csv").stdout == "people: 4 added, 0 changed, 0 unchanged\n"
    assert fresh_maibo("import", "goals", "-", typed=GOALS).stdout == "goals: 3 added, 0 changed, 0 unchanged\n"
    exported = json.loads(fresh_maibo("export", "goals").stdout)
    assert [goal["id"] for goal in exported] == ["G-1", "G-101", "G-102"]
    header, *lines = fresh_maibo("export", "people", "--format", "csv").stdout.splitlines()
    assert header.startswith("id,name,aliases,department,manager,roles,wecom,dingtalk,feishu,timezone,locale,hired")
    assert len(lines) == 4
    assert fresh_maibo("audit", "verify").returncode == 0


def test_a_refused_file_names_every_wrong_line(maibo: Maibo) -> None:
    done = maibo("import", "people", "-", typed="id,name,manager\na,甲,x\nb,,\n")
    assert done.returncode == 1
    assert done.stderr.splitlines()[:2] == [
        "line 2: manager 'x' is neither in the file nor known",
        "line 3: name is missing",
    ]
    assert json.loads(maibo("export", "people").stdout) == []


def test_an_unknown_reader_is_refused(maibo: Maibo) -> None:
    maibo("db", "upgrade")
    done = maibo("export", "people", "--as", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nobody has the id 'nobody'" in done.stderr


def test_a_changed_audit_log_is_noticed(maibo: Maibo) -> None:
    maibo("import", "people", "-", typed=PEOPLE)
    done = maibo("audit", "verify", MAIBO_SECRET_KEY="another secret, long enough", MAIBO_ENCRYPTION_KEYS="another")
    assert done.returncode == 1
    assert "broken at entry 1" in done.stderr


def test_nothing_is_due_where_no_job_exists(maibo: Maibo) -> None:
    maibo("db", "upgrade")
    assert maibo("tick", "--at", "2026-11-18T09:00:00+08:00", "--dry-run", "--json").stdout == "[]\n"
    assert maibo("tick", "--at", "2026-11-18").stdout == ""


def test_every_line_of_text_gets_one_answer(fresh_maibo: Maibo, tmp_path: Path) -> None:
    (tmp_path / "context.json").write_text(json.dumps(CONTEXT), "utf-8")
    done = fresh_maibo("understand", "--context", "context.json", typed="续约率到82%了\n\n今天天气不错")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first["slots"] == {"goal": "G-101", "value": 82.0, "mode": "absolute"}
    assert (second["intent"], third["intent"]) == ("unknown", "unknown")


def test_a_file_that_is_no_context_is_refused(maibo: Maibo, tmp_path: Path) -> None:
    (tmp_path / "context.json").write_text('{"now": 1}', "utf-8")
    done = maibo("understand", "--context", "context.json")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_feedback_texts_are_answered_while_more_are_to_come(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "bot", "sbi"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("周三评审会上你打断了三次，大家没说完\n".encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["situation"] == "周三评审会上"
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize("command", [("sbi",), ("export", "people")])
def test_a_reader_who_leaves_early_is_no_reason_for_a_traceback(
    maibo: Maibo, environment: dict[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    maibo("db", "upgrade")
    reading, writing = os.pipe()
    os.close(reading)
    program = [sys.executable, "-m", "bot", *command]
    done = subprocess.run(
        program, cwd=tmp_path, env=environment, input=b"a\n", stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_database_can_be_postgres(maibo: Maibo, postgres_url: str) -> None:
    settings = {"MAIBO_DATABASE_URL": postgres_url, "MAIBO_SECRET_KEY": "s" * 20, "MAIBO_ENCRYPTION_KEYS": "k" * 20}
    assert maibo("import", "people", "-", typed=PEOPLE, **settings).returncode == 0
    assert len(json.loads(maibo("export", "people", **settings).stdout)) == 4


def test_postgres_without_keys_of_its_own_is_refused(maibo: Maibo, postgres_url: str) -> None:
    done = maibo("export", "people", MAIBO_DATABASE_URL=postgres_url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "MAIBO_SECRET_KEY" in done.stderr
