"""The documents say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import maibo
from bot.settings import DingTalkSettings, FeishuSettings, PlatformSettings, Settings, WeComSettings

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/**/*.md"), *ROOT.glob("bot/platforms/*/*.md")]
)
PLATFORMS: dict[str, type[PlatformSettings]] = {
    "wecom": WeComSettings,
    "dingtalk": DingTalkSettings,
    "feishu": FeishuSettings,
}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/operate.md").read_text()
    names = [f"MAIBO_{name.upper()}" for name in Settings.model_fields if name not in PLATFORMS]
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_setting_of_a_platform_is_documented(platform: str) -> None:
    text = (ROOT / f"docs/{platform}.md").read_text()
    names = [PLATFORMS[platform].variable(name) for name in PLATFORMS[platform].model_fields]
    assert [
        name for name in names if name not in text and f"`{name.removeprefix(f'MAIBO_{platform.upper()}')}`" not in text
    ] == []


def test_every_command_in_the_documents_exists() -> None:
    for page in PAGES:
        for name in re.findall(r"`maibo ([a-z]+)", page.read_text()):
            assert name in maibo.commands, f"{page.name} names `maibo {name}`"


def test_both_readmes_name_the_same_things() -> None:
    english, chinese = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))
    targets = [set(re.findall(r"\]\(((?!https?:|README)[^)]+)\)", text)) for text in (english, chinese)]
    assert targets[0] == targets[1]
    assert set(re.findall(r"make \w+", english)) == set(re.findall(r"make \w+", chinese))


def test_the_folders_on_the_map_are_those_of_the_project() -> None:
    text = (ROOT / "README.md").read_text()
    for folder in re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE):
        assert (ROOT / folder).is_dir()
