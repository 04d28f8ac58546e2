"""Sign-in by `st.login`: who has not signed in sees the button and nothing else."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.ui.shared import sign_in

MAIN = str(Path(__file__).parents[2] / "explorer" / "ui" / "main.py")


class _User(dict[str, Any]):
    is_logged_in = False


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        (None, "Sign in"),
        ({"email": "a@elsewhere.example"}, "Sign out"),
        ({"email": "a@school.example", "email_verified": False}, "Sign out"),
        ({"email": "A@School.example", "email_verified": True}, ""),
    ],
)
def test_nobody_enters_who_has_not_signed_in(
    user: dict[str, Any] | None, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = _User(user or {})
    account.is_logged_in = user is not None
    monkeypatch.setenv("EXPLORER_USERS", "@school.example, head@other.example")
    monkeypatch.setattr(sign_in, "is_asked_for", lambda: True)
    monkeypatch.setattr(st, "user", account)
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not app.exception
    assert not shown or [button.label for button in app.main.button] == [shown]
    assert bool(app.sidebar.selectbox) == (not shown)
    assert bool(app.error) == (shown == "Sign out")


def test_it_is_asked_for_only_where_it_is_configured() -> None:
    assert not sign_in.is_asked_for()


def test_nobody_enters_where_accounts_are_named_and_none_can_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXPLORER_USERS", "head@other.example")
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    (error,) = app.error
    assert "nobody can sign in" in error.value
    assert not app.sidebar.selectbox


@pytest.mark.parametrize(
    ("email", "may"),
    [
        ("head@other.example", True),
        ("x@other.example", False),
        ("x@sub.school.example", False),
        ("@school.example", False),
        ("school.example", False),
        (None, False),
        (["a@school.example"], False),
    ],
)
def test_accounts(email: object, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_USERS", "@school.example,head@other.example")
    assert sign_in.may_enter(email) == may
    monkeypatch.setenv("EXPLORER_USERS", " , ")
    assert sign_in.may_enter(email)
