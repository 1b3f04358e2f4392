"""Native messages as the three clients get them, each with a form or buttons, and with words meant to do harm."""

from __future__ import annotations

import json
from typing import Any

HARM = "<img src=x onerror=\"document.title='harm'\"><script>document.title='harm'</script>"

WECOM: dict[str, Any] = {
    "card_type": "button_interaction",
    "task_id": "t1",
    "source": {"desc": "🟡 待审批", "desc_color": 1},
    "main_title": {"title": "目标修订待审批", "desc": HARM},
    "quote_area": {"type": 0, "title": "原因", "quote_text": HARM},
    "sub_title_text": HARM,
    "horizontal_content_list": [{"keyname": "目标值", "value": "85% → 80%"}],
    "button_selection": {
        "question_key": "goal",
        "title": "目标",
        "option_list": [{"id": "G-104", "text": "季度回款500万"}, {"id": "G-106", "text": "华东回款率90%"}],
    },
    "button_list": [
        {"text": "同意", "style": 1, "key": "approve?request=R-12"},
        {"text": "驳回", "style": 4, "key": "reject?request=R-12"},
    ],
}

DINGTALK_FIELDS = {
    "fields": [
        {"name": "_do", "type": "TEXT", "hidden": True, "defaultValue": "fill?dialog=43"},
        {
            "name": "goal",
            "label": "目标",
            "type": "SELECT",
            "options": [{"value": "G-104", "text": "季度回款"}, {"value": "G-106", "text": "回款率"}],
        },
        {"name": "due", "label": "截止", "type": "DATE"},
        {"name": "reason", "label": "原因", "type": "TEXT_AREA", "required": True},
    ]
}
DINGTALK: dict[str, Any] = {
    "template": "card.schema",
    "params": {
        "title": "申请修订",
        "tone": "warn",
        "status": "待填写",
        "body1": f"**目标值**：85%  \n  {HARM}",
        "form": json.dumps(DINGTALK_FIELDS),
        "submit": "提交审批",
        "buttons": json.dumps([{"text": "取消", "do": "cancel?dialog=43", "style": "default"}]),
    },
}
DINGTALK_LINKS = {
    "title": "待审批",
    "text": f"### 待审批  \n  [同意](dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F%20R-12)\n\n{HARM}",
}


def plain(content: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": content}


def feishu_button(label: str, do: str, **more: Any) -> dict[str, Any]:
    behaviour = {"type": "callback", "value": {"do": do}}
    return {"tag": "button", "name": f"press_{do}", "text": plain(label), "behaviors": [behaviour], **more}


FEISHU: dict[str, Any] = {
    "schema": "2.0",
    "header": {"template": "orange", "title": plain("驳回 R-12"), "text_tag_list": []},
    "body": {
        "elements": [
            {"tag": "markdown", "content": f"现在 **76%**&#42;\n{HARM}"},
            {
                "tag": "form",
                "name": "form",
                "elements": [
                    {"tag": "date_picker", "name": "due", "placeholder": plain("截止")},
                    {
                        "tag": "select_static",
                        "name": "health",
                        "options": [{"text": plain("正常"), "value": "on_track"}],
                    },
                    {"tag": "input", "name": "reason", "required": True, "label": plain("原因")},
                    feishu_button("驳回", "reject", form_action_type="submit"),
                ],
            },
            feishu_button("同意", "approve", confirm={"title": plain("确认同意？"), "text": plain("立即生效")}),
            {"tag": "button", "text": plain("坏按钮")},
        ]
    },
}
