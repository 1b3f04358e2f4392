"""The address book as the API gives it: departments made of the paths in the world's accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.simulator.world import Account

Json = dict[str, Any]

ROOT = 1


class Book:
    """One reading of the accounts. A department's number depends on the set of paths alone."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._accounts = list(accounts)
        paths = {tuple(account.department.split("/")) for account in self._accounts if account.department}
        above = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
        self._numbers = {path: number for number, path in enumerate(sorted(above), ROOT)}

    def departments(self) -> list[Json]:
        return [
            {
                "id": number,
                "name": path[-1],
                "name_en": "",
                "department_leader": self._leaders(number),
                "parentid": self._numbers.get(path[:-1], 0),
                "order": number,
            }
            for path, number in self._numbers.items()
        ]

    def members(self, department: int) -> list[Json]:
        return [self.member(account) for account in self._accounts if self._home(account) == department]

    def member(self, account: Account) -> Json:
        home = self._home(account)
        return {
            "userid": account.id,
            "name": account.name,
            "department": [home],
            "order": [0],
            "position": "",
            "is_leader_in_dept": [int(account.id in self._leaders(home))],
            "direct_leader": [account.manager] if account.manager else [],
            "main_department": home,
            "status": 1,
        }

    def _home(self, account: Account) -> int:
        return self._numbers.get(tuple(account.department.split("/")), ROOT)

    def _leaders(self, department: int) -> list[str]:
        """Members who lead another member of the same department."""
        here = [account for account in self._accounts if self._home(account) == department]
        led_by = {account.manager for account in here}
        return [account.id for account in here if account.id in led_by]
