"""What a robot may send: message types, their parameters, and into which bubble each turns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.dingtalk.app import Refused
from bot.simulator.world import World

PEOPLE_A_CALL = 20
PARAM_BYTES = 15_000
FILE_TYPES = {"xlsx", "pdf", "zip", "rar", "doc", "docx"}

# msgKey → its parameters, all of them strings (of the platform's list, those the bot uses).
MESSAGES: Mapping[str, frozenset[str]] = {
    "sampleText": frozenset({"content"}),
    "sampleMarkdown": frozenset({"title", "text"}),
    "sampleImageMsg": frozenset({"photoURL"}),
    "sampleFile": frozenset({"mediaId", "fileName", "fileType"}),
}


class Robot:
    """Checks and posts. `flow_controlled`: accounts that get nothing at the moment; `groups`: id → accounts in it."""

    def __init__(self, world: World, robot_code: str) -> None:
        self._world = world
        self._code = robot_code
        self._media: dict[str, str] = {}
        self.flow_controlled: set[str] = set()
        self.groups: dict[str, list[str]] = {}

    def to_people(self, body: Mapping[str, Any]) -> dict[str, Any]:
        users = body.get("userIds")
        self.check_code(body)
        if not isinstance(users, list) or not users:
            raise Refused("invalidParameter.userIds.empty")
        if len(users) > PEOPLE_A_CALL:
            raise Refused("invalidParameter.userIds.overMax")
        kind, content = self._message(body)
        invalid = [one for one in users if not self.knows(one)]
        held = [one for one in users if one in self.flow_controlled and one not in invalid]
        for account in users:
            if account not in invalid and account not in held:
                self._world.post("dingtalk", account, "bot", kind, dict(content))
        return {
            "processQueryKey": self._process_key(),
            "invalidStaffIdList": invalid,
            "flowControlledStaffIdList": held,
        }

    def to_group(self, body: Mapping[str, Any]) -> dict[str, Any]:
        group = str(body.get("openConversationId") or "")
        self.check_code(body)
        kind, content = self._message(body)
        for account in self.members(group):
            self._world.post("dingtalk", account, "bot", kind, {**content, "group": group})
        return {"processQueryKey": self._process_key()}

    def members(self, group: str) -> Sequence[str]:
        if group not in self.groups:
            raise Refused("invalid.openConversationId")
        return self.groups[group]

    def check_code(self, body: Mapping[str, Any]) -> None:
        code = body.get("robotCode")
        if code != self._code:
            raise Refused(f"invalidParameter.robotCode.{'notExsit' if code else 'empty'}")

    def knows(self, account: object) -> bool:
        return ("dingtalk", account) in self._world.accounts

    def keep(self, name: str, mime: str, content: bytes) -> str:
        """An uploaded file; returns its mediaId."""
        media = self._world.keep_media(name, mime, content)
        self._media[f"@lAL{media}"] = media
        return f"@lAL{media}"

    def _process_key(self) -> str:
        return f"pqk{self._world.next_id():08d}"

    def _message(self, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Kind and content of the bubble."""
        key, raw = str(body.get("msgKey") or ""), body.get("msgParam")
        if key not in MESSAGES:
            raise Refused(f"invalidParameter.msgKey.{'invalid' if key else 'empty'}")
        if not isinstance(raw, str):
            raise Refused("invalidParameter.msgParam.invalid", "msgParam is a JSON string")
        if len(raw.encode()) > PARAM_BYTES:
            raise Refused("invalidParameter.msgParam.tooLong")
        param = _param(raw)
        if set(param) != MESSAGES[key] or not all(isinstance(value, str) and value for value in param.values()):
            raise Refused("invalidParameter.msgParam.invalid", f"{key} has {', '.join(sorted(MESSAGES[key]))}")
        return self._bubble(key, param)

    def _bubble(self, key: str, param: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        if key == "sampleText":
            return "text", {"text": param["content"]}
        if key == "sampleMarkdown":
            return "markdown", {"title": param["title"], "text": param["text"]}
        media = self._media.get(param.get("photoURL", "") or param.get("mediaId", ""))
        if media is None or param.get("fileType", "pdf") not in FILE_TYPES:
            raise Refused("invalidParameter.msgParam.invalid", "no such media, or a file type that is not allowed")
        name = param.get("fileName", self._world.media[media][0])
        return "image" if key == "sampleImageMsg" else "file", {"media": media, "name": name}


def _param(raw: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("invalidParameter.msgParam.invalid", "msgParam is a JSON string")
    return found
