"""The few pages that a browser shows: what they say, before any template decides how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cards.wording import Words


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """`line`: a sentence to copy, `hint` says what for. The first link is the one to follow."""

    title: str
    text: str
    links: tuple[Link, ...] = ()
    hint: str = ""
    line: str = ""
    status: int = 200
    locale: str = "zh"


def feedback(words: Words, name: str, code: str, platforms: Sequence[tuple[str, str]]) -> Page:
    """Whom feedback is for, and how. `platforms`: name and address of each way to sign in; there may be none."""
    return Page(
        title=words("page.feedback.title", name=name),
        text=words("page.feedback.text" if platforms else "page.feedback.text.chat"),
        links=tuple(Link(words("page.with", platform=words(f"platform.{p}")), href) for p, href in platforms),
        hint=words("page.feedback.or" if platforms else "page.feedback.send"),
        line=words("code.line", code=code),
        locale=words.locale,
    )


def told(words: Words, what: str, chat: str = "", refusal: str = "") -> Page:
    """How it ended: `opened`, `again`, `later` or `refused`. `chat`: a link into the chat, where there is one."""
    links = (Link(words("page.chat"), chat),) if chat else ()
    text = refusal or words(f"page.{what}.text")
    return Page(title=words(f"page.{what}.title"), text=text, links=links, locale=words.locale)


def trouble(words: Words, what: str, status: int, again: str = "") -> Page:
    """`wrong`, `expired`, `outsider`, `busy` or `slower`. `again`: where to begin anew."""
    links = (Link(words("page.try"), again),) if again else ()
    title, text = words(f"page.{what}.title"), words(f"page.{what}.text")
    return Page(title=title, text=text, links=links, status=status, locale=words.locale)
