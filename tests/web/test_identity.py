"""What needs a sign-in where the host says so; whatever is set up wrong lets nobody in, and says why."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, running, said, settle, show

from core.web import guarding, identity, session

LONG = {"preset": "article", "epochs": "100", "hidden": "2"}
RETURN, PROVIDER = "https://gatescope.example/oauth2callback", "https://accounts.example"
AUTH = {
    "redirect_uri": RETURN,
    "cookie_secret": "c" * 40,
    "client_id": "gatescope",
    "client_secret": "s",
    "server_metadata_url": f"{PROVIDER}/.well-known/openid-configuration",
}
FOR_SIGNED_IN = "is for visitors who have signed in"


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a process finds out once, each test finds out for itself."""
    monkeypatch.setattr(identity, "log", logging.getLogger("tests.identity"))
    identity.fault.cache_clear()
    yield
    identity.fault.cache_clear()


@pytest.fixture
def secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the secrets of this test are read."""
    path, before = tmp_path / "secrets.toml", st.get_option("secrets.files")
    st.config.set_option("secrets.files", [str(path)])
    monkeypatch.setattr(st, "secrets", Secrets())
    yield path
    st.config.set_option("secrets.files", before)


def toml(auth: dict[str, str], section: str = "auth") -> str:
    return f"[{section}]\n" + "".join(f'{name} = "{value}"\n' for name, value in auth.items())


SHARED = toml({name: AUTH[name] for name in identity.OF_ALL})


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in AUTH.items() if name not in names}


def test_nobody_is_asked_where_the_host_says_nothing(monkeypatch: pytest.MonkeyPatch, secrets_file: Path) -> None:
    monkeypatch.delenv(identity.VARIABLE, raising=False)
    secrets_file.write_text(toml(AUTH))
    assert not identity.needed()
    assert identity.fault() is None
    assert identity.may(identity.JOBS)
    assert identity.may(identity.TOKEN)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("jobs", {"jobs"}),
        ("token", {"token"}),
        ("Jobs, TOKEN", {"jobs", "token"}),
        (" , ", set()),
        ("job", {"jobs", "token"}),
    ],
)
def test_the_variable_is_a_list(monkeypatch: pytest.MonkeyPatch, given: str, expected: set[str]) -> None:
    monkeypatch.setenv(identity.VARIABLE, given)
    assert identity.needed() == expected


FAULTS = {
    "no file": (None, "a section [auth]"),
    "no section": ('TUSHARE_TOKEN = "x"\n', "a section [auth]"),
    "no section but a word": ('auth = "yes"\n', "a section [auth]"),
    "no TOML": ("[auth\n", "a section [auth]"),
    "no provider": (SHARED, "lacks client_id, client_secret"),
    "no secret": (toml(without("cookie_secret")), "lacks cookie_secret"),
    "an empty one": (toml(AUTH | {"client_secret": ""}), "lacks client_secret"),
    "a named one without": (
        SHARED + toml({"client_id": "x", "client_secret": "y"}, "auth.google"),
        "lacks server_metadata_url",
    ),
    "a short secret": (toml(AUTH | {"cookie_secret": "short"}), "shorter than 32"),
    "no callback": (toml(AUTH | {"redirect_uri": "https://gatescope.example/"}), "redirect_uri in [auth] must be"),
    "no address": (toml(AUTH | {"redirect_uri": "/oauth2callback"}), "redirect_uri in [auth] must be"),
    "a broken address": (toml(AUTH | {"redirect_uri": "http://[/oauth2callback"}), "redirect_uri in [auth] must be"),
    "another host": (toml(AUTH | {"redirect_uri": "https://else.example/oauth2callback"}), "GATESCOPE_HOSTS"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_set_up_wrong_is_one_sentence_in_the_log_and_lets_nobody_in(
    case: str, monkeypatch: pytest.MonkeyPatch, secrets_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(identity.VARIABLE, "jobs")
    monkeypatch.setattr(guarding, "HOSTS", ["*.demo.example", "gatescope.example"])
    content, expected = FAULTS[case]
    if content is not None:
        secrets_file.write_text(content)
    identity.tell()
    (told,) = [record.getMessage() for record in caplog.records if record.name == "tests.identity"]
    assert expected in told
    assert "Traceback" not in caplog.text
    assert not identity.may(identity.JOBS)


def test_a_whole_section_is_no_fault(monkeypatch: pytest.MonkeyPatch, secrets_file: Path) -> None:
    monkeypatch.setenv(identity.VARIABLE, "jobs, token")
    monkeypatch.setattr(guarding, "HOSTS", ["gatescope.example"])
    secrets_file.write_text(toml(AUTH))
    assert identity.fault() is None
    assert identity.provider() is None
    assert not identity.may(identity.JOBS)  # nobody's script run
    monkeypatch.setattr(st, "secrets", Secrets())
    secrets_file.write_text(SHARED + toml(without(*identity.OF_ALL), "auth.google"))
    identity.fault.cache_clear()
    assert identity.fault() is None
    assert identity.provider() == "google"


def test_a_word_that_is_none_and_a_missing_package(
    monkeypatch: pytest.MonkeyPatch, secrets_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secrets_file.write_text(toml(AUTH))
    monkeypatch.setenv(identity.VARIABLE, "jobs, tokens")
    identity.tell()
    identity.fault.cache_clear()
    monkeypatch.setenv(identity.VARIABLE, "jobs")
    monkeypatch.setitem(sys.modules, "authlib", None)  # as where it is not installed
    identity.tell()
    first, second = [record.getMessage() for record in caplog.records if record.name == "tests.identity"]
    assert "not “tokens”" in first
    assert "Authlib and httpx" in second


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, secrets_file: Path) -> None:
    """A host that wants a sign-in for what takes above a blink, so that no test waits for a long job."""
    monkeypatch.setenv(identity.VARIABLE, "jobs")
    monkeypatch.setattr("core.web.consent.BY_ITSELF_SECONDS", 0.2)
    secrets_file.write_text(toml(AUTH))


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def planted(app: AppTest) -> dict[str, object]:
    """What the session remembers of this visitor; a test writes into it what no widget could."""
    held: dict[str, object] = app.session_state["_visit"]
    return held


def test_a_stranger_reads_a_sentence_where_a_long_job_would_wait(guarded: None, open_app: Open) -> None:
    app = open_app("lab/forecast.py", preset="article", epochs="1000", hidden="64")
    assert FOR_SIGNED_IN in said(app)
    assert "training_start_sign_in" in keys(app)
    assert "sign_in" in keys(app)
    assert not keys(app) & {"training_start", "training_cancel", "sign_out"}
    assert not app.exception


def test_no_word_in_the_session_begins_it(guarded: None, open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is where a job is begun: a visitor who has agreed, by whatever way, is a stranger still."""
    app = open_app("lab/forecast.py", preset="article", epochs="1000", hidden="64")
    planted(app)[session.AGREED.name] = frozenset([str(planted(app)["_asked_training"])])
    app.run()
    assert FOR_SIGNED_IN in said(app)
    assert not running(app)
    monkeypatch.delenv(identity.VARIABLE)
    app.run()
    assert running(app)  # what was planted is what a press leaves
    app.button(key="training_cancel").click().run()


@pytest.fixture
def guarded_late(guarded: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Short trainings go as ever; once it is called, nothing is short any more."""
    monkeypatch.setattr("core.web.consent.BY_ITSELF_SECONDS", 60.0)
    return lambda: monkeypatch.setattr("core.web.consent.BY_ITSELF_SECONDS", 0.0)


def test_what_is_short_and_what_is_kept_needs_no_sign_in(guarded_late: Callable[[], None], open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", **QUICK))
    assert "trained in" in said(app)
    guarded_late()
    again = open_app("lab/forecast.py", **QUICK)  # another visitor, for whom it would be long
    assert "trained in" in said(again)
    assert FOR_SIGNED_IN not in said(again)


@pytest.mark.parametrize("view", ["walk_forward", "seeds", "ablation"])
def test_the_jobs_beside_a_run_are_refused_too(view: str, guarded_late: Callable[[], None], open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", inputs="volume", **QUICK))
    guarded_late()
    show(app, view)
    assert f"{view}_start_sign_in" in keys(app)
    assert f"{view}_start" not in keys(app)
    assert not running(app)
    asked = planted(app).get(f"_asked_{view}")
    planted(app)[session.AGREED.name] = _Everything([] if asked is None else [asked])
    app.run()
    assert FOR_SIGNED_IN in said(app)
    assert not running(app)


class _Everything(frozenset[object]):
    """Agreed to whatever is asked."""

    def __contains__(self, key: object) -> bool:
        return True


def test_a_set_is_refused_whatever_was_agreed_to(guarded_late: Callable[[], None], open_app: Open) -> None:
    plan = {"sweep": "all..-hidden..2..3..-seed..0..1", "about": "returns..epochs-3..hidden-2..layers-1..window-4"}
    app = settle(open_app("lab/sweep.py", **QUICK, **plan))
    assert {"sweep_begin", "sweep_go_on"} <= keys(app)
    guarded_late()
    asked = planted(app)[session.SWEEP.name]
    planted(app)[session.SWEEP_AGREED.name] = asked.words  # type: ignore[attr-defined]
    app.run()
    assert {"sweep_begin_sign_in", "sweep_go_on_sign_in"} <= keys(app)
    assert not keys(app) & {"sweep_begin", "sweep_go_on", "sweep_cancel"}
    assert planted(app).get(session.SWEEP_STATE.name) is None


def test_a_lesson_trains_nothing_long_for_a_stranger(guarded_late: Callable[[], None], open_app: Open) -> None:
    app = open_app("learn/vanishing.py")
    (train,) = [button for button in app.button if str(button.key).endswith("_train")]
    guarded_late()
    train.click().run()  # drawn before, pressed after
    assert not running(app)
    assert FOR_SIGNED_IN in said(app)
    assert f"{train.key}_sign_in" in keys(app)
    assert train.key not in keys(app)


def test_a_fault_is_said_to_the_visitor(guarded: None, secrets_file: Path, open_app: Open) -> None:
    secrets_file.unlink()
    app = open_app("lab/forecast.py", preset="article", epochs="1000", hidden="64")
    told = said(app)
    assert told.count("Nobody can sign in on this server") == 2  # where the training would be, and in the sidebar
    assert not keys(app) & {"sign_in", "training_start_sign_in", "training_start"}
    assert not app.exception


def test_the_operators_token_is_for_those_who_signed_in(
    secrets_file: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    secrets_file.write_text(toml(AUTH))
    monkeypatch.setenv("TUSHARE_TOKEN", "x" * 40)
    monkeypatch.setenv("GATESCOPE_SHARE_TOKEN", "1")
    assert session.operators_token()
    assert session.opens_live()
    monkeypatch.setenv(identity.VARIABLE, "token")
    assert session.operators_token() is None
    app = settle(open_app("lab/market.py", **QUICK))
    assert app.session_state["ticker"] == "AAPL"  # a bare address means the same before a sign-in and after it
