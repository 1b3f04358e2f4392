"""A desk where files are handed in: imports and exports on a real database, without a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import imports
from handlers.exports import Export, export
from storage import audit
from storage.database import Database
from storage.tables import Person
from storage.vault import Vault

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
KEY = b"audit key"
PEOPLE = """id,name,department,manager,roles,wecom,feishu
zhao,赵磊,总部,,,ZhaoLei,
wang,王芳,总部/华东,zhao,,WangFang,ou_wang
li,李雷,总部/华东,wang,,LiLei,ou_li
sun,孙莉,总部/人力,zhao,hr,SunLi,
"""
GOALS = """id,owner,title,kind,parent,metric,unit,start,current,target,weight,due,cycle
G-1,总部/华东,华东签约1600万,objective,,签约额,万元,0,790,1600,100,2026-12-31,2026Q4
G-101,li,续约率到85%,key_result,G-1,续约率,%,70,76,85,60,2026-12-31,2026Q4
G-102,li,响应时长降到8分钟,kpi,G-1,响应时长,分钟,15,12,8,40,2026-12-31,2026Q4
"""


@dataclass(frozen=True, slots=True)
class Desk:
    database: Database

    def people(self, text: str | bytes) -> imports.Outcome:
        return self._take(imports.import_people, text)

    def goals(self, text: str | bytes) -> imports.Outcome:
        return self._take(imports.import_goals, text)

    def metrics(self, text: str | bytes) -> imports.Outcome:
        return self._take(imports.import_metrics, text)

    def calendar(self, text: str) -> imports.Outcome:
        return self._take(imports.import_calendar, text)

    def export(self, kind: str, reader: str | None = None) -> list[dict[str, Any]]:
        with self.database.read() as session:
            person = session.get_one(Person, reader) if reader else None
            return list(export(kind, Export(session, Vault(["key"]), ZONE, person)))

    def row(self, kind: str, id: str) -> dict[str, Any]:
        return next(row for row in self.export(kind) if row["id"] == id)

    def entries(self) -> list[str]:
        """What the audit log says, and that it is whole."""
        with self.database.read() as session:
            assert audit.verify(session, KEY) is None
        return [f"{row['action']} {row['subject']}" for row in self.export("audit")]

    def _take(self, importer: Callable[[imports.Intake, bytes], imports.Outcome], text: str | bytes) -> imports.Outcome:
        content = text.encode() if isinstance(text, str) else text
        with self.database.write() as session:
            return importer(imports.Intake(session, NOW, ZONE, KEY), content)
