"""A browser: cookies, a User-Agent, and the login that the platform's client has in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

from bot.simulator.sign_in import cookie

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
AGENTS = {
    "wecom": f"{PHONE} wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh ColorScheme/Light",
    "dingtalk": f"{PHONE} AliApp(DingTalk/7.6.30) com.laiwang.DingTalk/37 language/zh-Hans-CN",
    "feishu": f"{PHONE} LarkLocale/zh_CN Lark/7.20.5 Feishu",
    "": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
}


@dataclass
class Browser:
    """Follows redirects, as browsers do."""

    client: httpx.Client

    def open(self, url: str) -> httpx.Response:
        return self.client.get(url)

    def follow(self, page: httpx.Response, label: str) -> httpx.Response:
        """Press the link whose words hold `label`."""
        address = next(href for href, words in links(page.text) if label in words)
        return self.open(str(page.url.join(address)))

    def scan(self, url: str) -> httpx.Response:
        """Open a link and say yes where the platform asks who is there."""
        page = self.open(url)
        return self.follow(page, "身份继续") if "身份继续" in page.text else page


@contextmanager
def browser(platform: str, account: str, agent: str | None = None) -> Iterator[Browser]:
    """One in which `account` is logged in on the platform; its own one, unless another User-Agent is given."""
    headers = {"User-Agent": AGENTS[platform] if agent is None else agent, "Accept-Language": "zh-CN,zh;q=0.9"}
    with httpx.Client(headers=headers, follow_redirects=True, trust_env=False, timeout=20) as client:
        client.cookies.set(cookie(platform), account, domain="127.0.0.1")
        yield Browser(client)


def links(html: str) -> list[tuple[str, str]]:
    """Address and words of every link."""
    reader = _Links()
    reader.feed(html)
    return reader.found


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open = True
            self.found.append((dict(attrs).get("href") or "", ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            address, words = self.found[-1]
            self.found[-1] = (address, words + data)

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "a"
