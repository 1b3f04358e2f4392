"""What signing in must do on every platform, over real HTTP against the simulated server; and how it is attacked.

Nobody gets a row, a dialog or a redirect to elsewhere who does not come back in the browser that began, within ten
minutes, with a code that the platform gave for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from flask import Flask
from sqlmodel import select

from bot.app import create_app
from bot.bootstrap import Program, build
from bot.sign_in import COOKIE
from bot.simulator.world import PLATFORMS, World
from handlers.feedback_codes import code_of
from handlers.ports import PlatformError
from storage.database import Database
from storage.tables import Account, Delivery, Dialog, Person, Receipt
from tests.phones.browser import AGENTS, Browser, browser
from tests.serving import serving
from tests.stories.people import STRANGER, account_id, phone_book, settle_in
from tests.stories.town import Clock, Door, settings_for, side_of

OPENED, EXPIRED, OUTSIDER = "已在聊天里打开", "没有登录成功", "不在公司里"
ELSEWHERE = "https://evil.example"


@dataclass
class Gate:
    """One platform's bot with its loops off: what is in the database is what the page did."""

    name: str
    base: str
    program: Program
    world: World
    clock: Clock
    stack: ExitStack

    @property
    def link(self) -> str:
        return f"{self.base}/f/{self.code}"

    @property
    def code(self) -> str:
        return code_of(self.program.core.audit_key, "lilei")

    def back(self, **query: str) -> str:
        return f"{self.base}/sign-in/{self.name}?{urlencode(query)}"

    def browser(self, person: str = "hanmeimei") -> Browser:
        return self.stack.enter_context(browser(self.name, account_id(self.name, person)))

    def begun(self, phone: Browser) -> dict[str, str]:
        """The platform was asked for a code, and the browser stopped before it came back: its query."""
        phone.client.follow_redirects = False
        page = phone.open(phone.open(self.link).headers["Location"])
        while "Location" not in page.headers:
            page = phone.follow(page, "身份继续")
        phone.client.follow_redirects = True
        return {name: values[0] for name, values in parse_qs(urlsplit(page.headers["Location"]).query).items()}

    def rows(self) -> tuple[int, int, int]:
        """Receipts, dialogs, deliveries."""
        with self.program.database.read() as session:
            return tuple(len(session.exec(select(table)).all()) for table in (Receipt, Dialog, Delivery))  # type: ignore[return-value]  # three of them


@contextmanager
def opened(url: str, *names: str) -> Iterator[Gate]:
    """A bot on these platforms, seen from the first."""
    database = Database(url)
    with database.write() as session:
        settle_in(session, names)
    clock, world = Clock(), World()
    world.clock = clock
    world.accounts = {(a.platform, a.id): a for a in phone_book()}
    with ExitStack() as stack:
        door = Door()
        base = stack.enter_context(serving(door))  # type: ignore[arg-type]  # a callable of that shape
        simulator = Flask("simulator")
        for name in names:
            simulator.register_blueprint(side_of(name, world, base).api)
        server = stack.enter_context(serving(simulator))
        program = build(settings_for(names, server, public_url=base), clock=clock, database=database)
        door.app = create_app(program)
        yield Gate(names[0], base, program, world, clock, stack)
        program.close()


@pytest.fixture(params=PLATFORMS)
def gate(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Gate]:
    with opened(sqlite_url, str(request.param)) as made:
        yield made


def test_a_known_person_gets_the_dialog(gate: Gate) -> None:
    assert OPENED in gate.browser().scan(gate.link).text
    with gate.program.database.read() as session:
        receipt = session.exec(select(Receipt)).one()
        assert (receipt.kind, receipt.state, receipt.sender) == ("SignedIn", "done", account_id(gate.name, "hanmeimei"))
        assert session.exec(select(Dialog.person)).one() == "hanmeimei"


def test_it_is_the_same_on_postgresql(postgres_url: str) -> None:
    with opened(postgres_url, "feishu") as gate:
        page = (phone := gate.browser()).scan(gate.link)
        assert OPENED in page.text
        assert "已经打开过了" in phone.open(str(page.url)).text


def test_somebody_the_company_does_not_know_is_told_so(gate: Gate) -> None:
    page = gate.browser(STRANGER).scan(gate.link)
    assert "没有打开" in page.text
    assert gate.rows() == (1, 0, 1)


def test_somebody_of_another_company_is_told_so(gate: Gate) -> None:
    with browser(gate.name, "somebody-else") as phone:
        page = phone.scan(gate.link)
        if page.url.path != f"/sign-in/{gate.name}":
            page = phone.open(f"{page.url}&as=somebody-else")
    assert page.status_code == 403
    assert OUTSIDER in page.text
    assert gate.rows() == (0, 0, 0)


def test_somebody_who_left_is_refused_as_in_the_chat(gate: Gate) -> None:
    with gate.program.database.write() as session:
        session.get_one(Person, "hanmeimei").active = False
    assert "没有打开" in gate.browser().scan(gate.link).text
    assert gate.rows() == (1, 0, 1)


def test_the_code_of_somebody_who_left_looks_like_a_wrong_one(gate: Gate) -> None:
    with gate.program.database.write() as session:
        session.get_one(Person, "lilei").active = False
    phone = gate.browser()
    left, wrong, nobody = (
        phone.open(url) for url in (gate.link, f"{gate.link[:-1]}0", f"{gate.base}/f/nobody.22222222")
    )
    assert {page.status_code for page in (left, wrong, nobody)} == {404}
    assert left.text == wrong.text == nobody.text


def test_a_used_code_of_the_platform_is_refused(gate: Gate) -> None:
    one, other = gate.browser(), gate.browser("zhangsan")
    query = gate.begun(one)
    assert OPENED in one.open(gate.back(**query)).text
    spent = gate.begun(other) | {name: value for name, value in query.items() if name != "state"}
    page = other.open(gate.back(**spent))
    assert (page.status_code, EXPIRED in page.text) == (400, True)
    assert gate.rows()[0] == 1


def test_a_code_that_is_too_old_is_refused(gate: Gate) -> None:
    phone = gate.browser()
    query = gate.begun(phone)
    gate.clock.forward(minutes=6)
    assert phone.open(gate.back(**query)).status_code == 400


def test_while_the_platform_is_down_the_page_can_be_tried_again(gate: Gate) -> None:
    phone = gate.browser()
    query = gate.begun(phone)
    gate.world.faults[gate.name].server_error = 1
    page = phone.open(gate.back(**query))
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "什么都没有丢" in page.text
    assert OPENED in phone.open(str(page.url)).text


def test_the_platform_sends_nobody_back_to_another_host(gate: Gate) -> None:
    url = gate.program.platforms[gate.name].sign_in.url(f"{ELSEWHERE}/sign-in", "a" * 32, AGENTS[gate.name])
    assert gate.browser().open(url).status_code == 400


def test_an_expired_access_token_is_renewed_on_the_way(gate: Gate) -> None:
    if gate.name != "feishu":  # there no access token of ours is needed
        gate.browser().scan(gate.link)
        gate.world.faults[gate.name].expire_token = 1
    assert OPENED in gate.browser("zhangsan").scan(gate.link).text


def test_without_a_code_nobody_is_asked_who_it_is(gate: Gate) -> None:
    phone = gate.browser()
    state = gate.begun(phone)["state"]
    calls = len(gate.world.traffic)
    assert phone.open(gate.back(state=state, error="access_denied")).status_code == 400
    assert len(gate.world.traffic) == calls


# Attacks


def test_a_state_that_nobody_made_is_refused(gate: Gate) -> None:
    phone = gate.browser()
    query = gate.begun(phone)
    for state in (
        "",
        "a" * 32,
        query["state"][:-1] + ("a" if query["state"][-1] != "a" else "b"),
        "ａ" * 32,
        "../" * 9,
    ):
        assert phone.open(gate.back(**query | {"state": state})).status_code == 400
    assert gate.rows() == (0, 0, 0)


def test_a_forged_cookie_is_refused(gate: Gate) -> None:
    phone = gate.browser()
    query = gate.begun(phone)
    for forged in (
        "",
        "rubbish",
        "é",
        phone.client.cookies[COOKIE][:-4] + "AAAA",
        gate.program.core.vault.seal("{}").decode(),
    ):
        answer = httpx.get(gate.back(**query), headers={b"Cookie": f"{COOKIE}={forged}".encode()}, trust_env=False)
        assert answer.status_code == 400
    assert gate.rows() == (0, 0, 0)


def test_the_state_of_another_browser_is_refused(gate: Gate) -> None:
    """Login forgery: the victim's browser is made to come back with what the attacker's began."""
    attacker, victim = gate.browser("zhangsan"), gate.browser()
    query = gate.begun(attacker)
    gate.begun(victim)
    assert EXPIRED in victim.open(gate.back(**query)).text
    assert gate.rows() == (0, 0, 0)


@pytest.mark.parametrize(("mine", "other"), [("wecom", "feishu"), ("feishu", "dingtalk"), ("dingtalk", "wecom")])
def test_a_state_is_refused_on_another_platform(sqlite_url: str, mine: str, other: str) -> None:
    with opened(sqlite_url, mine, other) as gate, browser(other, account_id(other, "hanmeimei")) as elsewhere:
        phone = gate.browser()
        both = gate.begun(elsewhere) | {"state": gate.begun(phone)["state"]}
        assert EXPIRED in phone.open(f"{gate.base}/sign-in/{other}?{urlencode(both)}").text
        assert gate.rows() == (0, 0, 0)


def test_a_state_is_good_once(gate: Gate) -> None:
    phone = gate.browser()
    query, cookie = gate.begun(phone), phone.client.cookies[COOKIE]
    phone.open(gate.back(**query))
    before = gate.rows()
    for replay in (
        phone.open(gate.back(**query)),
        httpx.get(gate.back(**query), cookies={COOKIE: cookie}, trust_env=False),
    ):
        assert "已经打开过了" in replay.text
    assert gate.rows() == before
    assert COOKIE not in phone.client.cookies


def test_a_state_is_good_for_ten_minutes(gate: Gate) -> None:
    phone = gate.browser()
    first = gate.begun(phone)
    gate.clock.forward(minutes=11)
    fresh = gate.begun(gate.browser())
    assert EXPIRED in phone.open(gate.back(**fresh | {"state": first["state"]})).text
    assert gate.rows() == (0, 0, 0)


def test_nobody_is_ever_sent_to_an_address_from_the_request(gate: Gate) -> None:
    phone = gate.browser()
    phone.client.follow_redirects = False
    evil = {"redirect_uri": ELSEWHERE, "back": ELSEWHERE, "next": ELSEWHERE}
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {}):
        answer = phone.client.get(gate.link, params=evil, headers=headers)
        back = parse_qs(urlsplit(answer.headers["Location"]).query)["redirect_uri"]
        assert back == [f"{gate.base}/sign-in/{gate.name}"]
        assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "nonsense", ["%0d%0aSet-Cookie:%20a=b", "%00", "..%2f..%2fetc", "%ff%fe", "<script>", "a" * 5000]
)
def test_nonsense_in_an_address_is_a_404_that_repeats_none_of_it(gate: Gate, nonsense: str) -> None:
    for path in (f"/f/{nonsense}", f"/f/{nonsense}/{gate.name}", f"/f/{gate.code}/{nonsense}"):
        answer = httpx.get(gate.base + path, headers={"User-Agent": AGENTS[""]}, trust_env=False)
        assert answer.status_code == 404
        assert "script" not in answer.text
        assert "set-cookie" not in answer.headers


def test_huge_and_strange_parameters_are_refused_before_the_platform_is_asked(gate: Gate) -> None:
    phone = gate.browser()
    query = gate.begun(phone)
    calls = len(gate.world.traffic)
    for strange in ("x" * 20_000, "码", "\r\nX: y" * 500):
        began = gate.begun(phone)
        assert phone.open(gate.back(**dict.fromkeys(query, strange) | {"state": began["state"]})).status_code == 400
    assert len(gate.world.traffic) == calls


def test_too_many_refused_codes_end_the_patience_for_a_minute(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sign_in.MOST_REFUSED", 2)
    phone, pages = gate.browser(), []
    for _ in range(3):
        query = gate.begun(phone)
        pages.append(phone.open(gate.back(**dict.fromkeys(query, "madeup") | {"state": query["state"]})).status_code)
    assert pages == [400, 400, 429]
    gate.clock.forward(minutes=1)
    assert OPENED in phone.scan(gate.link).text


def test_the_page_runs_nothing_and_asks_nobody_else(gate: Gate) -> None:
    page = httpx.get(gate.link, headers={"User-Agent": AGENTS[""]}, trust_env=False)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "script" not in page.text
    assert re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page.text) == [f"{gate.link}/{gate.name}"]
    assert page.headers["Cache-Control"] == "no-store"


def test_a_name_with_markup_in_it_is_only_a_name(gate: Gate) -> None:
    with gate.program.database.write() as session:
        session.get_one(Person, "lilei").name = "<b>李雷</b>"
    page = httpx.get(gate.link, headers={"User-Agent": AGENTS[""]}, trust_env=False)
    assert "给&lt;b&gt;李雷&lt;/b&gt;写反馈" in page.text


def test_the_page_speaks_the_browsers_language(gate: Gate) -> None:
    said = [
        httpx.get(gate.link, headers={"User-Agent": AGENTS[""], "Accept-Language": wanted}, trust_env=False).text
        for wanted in ("en-GB,en;q=0.9", "zh-TW", "fr", "")
    ]
    assert ["Feedback for 李雷" in text for text in said] == [True, False, False, False]


def test_the_cookie_is_for_the_way_back_alone(gate: Gate) -> None:
    phone = gate.browser()
    phone.client.follow_redirects = False
    cookie = phone.open(gate.link).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/sign-in/", "Max-Age=600"} <= set(cookie.split("; "))


def test_the_adapter_names_whoever_the_code_is_for_and_only_once(gate: Gate) -> None:
    page, phone = gate.program.platforms[gate.name].sign_in, gate.browser()
    query = gate.begun(phone)
    back = f"{gate.base}/sign-in/{gate.name}"
    assert page.who(query, back) == account_id(gate.name, "hanmeimei")
    with pytest.raises(PlatformError) as refused:
        page.who(query, back)
    assert refused.value.permanent
    assert not refused.value.unreachable


def test_what_somebody_said_on_one_platform_is_answered_on_the_one_they_signed_in_with(gate: Gate) -> None:
    with gate.program.database.write() as session:
        session.add(Account(platform="elsewhere", id="h", person="hanmeimei", used_at=gate.clock()))
    gate.browser().scan(gate.link)
    with gate.program.database.read() as session:
        assert session.exec(select(Delivery.platform)).one() == gate.name
