"""Who is let in where all places are taken, and what the others read."""

from __future__ import annotations

import pytest
from own_thread import in_own_thread

from core.languages import catalogue
from core.web.places import ABOUT, AWAY_SECONDS, COOKIE, MOST_OF_ONE, PROMISED_SECONDS, TITLE, Places, VisitorCap

ONE, OTHER, THIRD = ("o" * 22, "p" * 22, "q" * 22)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def two(clock) -> Places:
    return Places(2, clock)


def test_the_next_one_is_refused_and_let_in_when_one_has_left(two):
    assert two.enter("")
    assert two.enter("")
    assert not two.admits(THIRD)
    assert not two.enter(THIRD)
    assert two.refused == 2
    two.leave("")
    assert two.admits(THIRD)
    assert two.enter(THIRD)
    assert two.open == 2


def test_who_has_lost_the_connection_comes_back_however_full_it_is(two, clock):
    two.enter(ONE)
    two.enter(OTHER)
    two.leave(ONE)
    two.enter(THIRD)  # took the place meanwhile
    clock.now += AWAY_SECONDS - 1
    assert two.admits(ONE)
    assert two.enter(ONE)


def test_after_the_grace_the_place_is_another_ones(two, clock):
    two.enter(ONE)
    two.enter(OTHER)
    two.leave(ONE)
    two.enter(THIRD)
    clock.now += AWAY_SECONDS + 1
    assert not two.enter(ONE)


def test_who_was_shown_the_page_is_not_refused_a_moment_later(two, clock):
    two.enter(ONE)
    assert two.admits(OTHER)
    assert two.admits(THIRD)
    assert two.enter(OTHER)
    assert two.enter(THIRD)
    two.leave(OTHER)
    two.leave(THIRD)
    clock.now += AWAY_SECONDS + 1
    two.enter("")
    assert not two.admits(OTHER)
    clock.now += PROMISED_SECONDS
    assert not two.enter(OTHER)


def test_one_browser_does_not_take_all_places():
    places = Places(1000)
    assert [places.enter(ONE) for _ in range(MOST_OF_ONE + 1)] == [True] * MOST_OF_ONE + [False]
    assert places.enter(OTHER)


def test_words_that_never_connect_do_not_pile_up(two):
    for number in range(1000):
        two.admits(f"{number:022d}")
    assert len(two._until) <= 4 * two.most + 1


def asked(cap: VisitorCap, **headers: str) -> tuple[int, dict[str, str], str]:
    """A browser's GET: status, headers, text."""
    scope = {
        "type": "http", "method": "GET", "path": "/forecast", "scheme": "http",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    told: list[dict] = []

    async def send(message: dict) -> None:
        told.append(message)

    async def receive() -> dict:
        return {"type": "http.request"}

    in_own_thread(cap(scope, receive, send))
    names = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], names, b"".join(each.get("body", b"") for each in told[1:]).decode()


async def app(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the app"})


@pytest.mark.parametrize(("spoken", "language"), [("en-GB,en", "en"), ("zh-CN,zh;q=0.9", "zh"), ("", "en")])
def test_the_page_says_it_in_the_browsers_language_and_asks_again(two, spoken, language):
    two.enter("")
    two.enter("")
    status, headers, text = asked(VisitorCap(app, two), accept="text/html", accept_language=spoken)
    say = catalogue(language).gettext
    assert status == 503
    assert headers["retry-after"] == headers["refresh"] == "20"
    assert f"<h1>{say(TITLE)}</h1>" in text
    assert say(ABOUT).format(count="2") in text
    assert "{{" not in text
    assert "://" not in text
    assert asked(VisitorCap(app, two), accept="*/*")[0] == 200  # what pages fetch


def test_a_word_is_given_once_and_only_our_own_form_is_taken(two):
    cap = VisitorCap(app, two)
    _, headers, text = asked(cap, accept="text/html")
    word = headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert text == "the app"
    assert "HttpOnly" in headers["set-cookie"]
    assert f"{COOKIE}={word};" in asked(cap, accept="text/html", cookie=f"{COOKIE}={word}")[1]["set-cookie"]
    forged = asked(cap, accept="text/html", cookie=f'{COOKIE}=x"; Path=/evil')[1]["set-cookie"]
    assert "evil" not in forged
