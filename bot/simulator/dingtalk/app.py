"""The app as the developer console has it, and how the server reports an error."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DingTalkApp:
    """`callback_base`: where the bot's routes begin, such as http://127.0.0.1:8001/callback/dingtalk.

    Without a template id the company has no card template.
    """

    corp_id: str
    app_key: str
    app_secret: str
    robot_code: str
    agent_id: str
    token: str
    aes_key: str
    callback_base: str
    card_template_id: str = ""
    company: str = "脉搏示例公司"


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """New API: HTTP status and code. Old API: status 200 and a number as code."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message or code
        self.status = status
