"""Who may end what somebody started."""

from pathlib import Path

import pytest

from explorer.core import access
from explorer.core.access import HOST, Visitor
from explorer.core.errors import ExplorerError
from explorer.jobs import api
from explorer.models.spec import ModelSpec
from explorer.training import queue
from explorer.training.spec import TrainSpec

TOKEN = "a-token-of-enough-characters"


@pytest.mark.parametrize(
    ("address", "told", "alone"),
    [
        ("localhost", None, True),
        ("127.0.0.1", None, True),
        ("0.0.0.0", None, False),
        (None, None, False),
        ("192.168.1.5", None, False),
        ("localhost", "0", False),
        ("0.0.0.0", "1", True),
    ],
)
def test_a_server_of_this_machine_alone_runs_for_one_person(
    address: str | None, told: str | None, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXPLORER_ONE_PERSON", raising=False)
    if told is not None:
        monkeypatch.setenv("EXPLORER_ONE_PERSON", told)
    assert access.for_one_person(address) == alone


@pytest.mark.parametrize(
    ("wanted", "given", "opens"),
    [
        (TOKEN, TOKEN, True),
        (TOKEN, TOKEN[:-1], False),
        (TOKEN, "", False),
        (TOKEN, "é\ud800", False),
        ("", "", False),
        ("short", "short", False),
    ],
)
def test_the_administrators_token_opens_and_no_other(
    wanted: str, given: str, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_ADMIN_TOKEN", wanted)
    assert access.is_administrator(given) == opens


def test_nobody_owns_what_nobody_started() -> None:
    assert not Visitor().may_end("")
    assert not Visitor("me").may_end("")
    assert Visitor("me").may_end("me")
    assert HOST.may_end("me")


def test_only_the_owner_ends_a_training(
    checkpoint_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)
    spec = TrainSpec("digits", ModelSpec("vae", "mlp", (8, 8, 1), 2, (16,)), epochs=3)
    queue.start(spec, "mine", "a")
    other, owner = Visitor("b"), Visitor("a")
    for act in (queue.stop, queue.resume, queue.keep, queue.discard):
        with pytest.raises(ExplorerError, match="another visitor started it"):
            act("mine", other)
    assert queue.get("mine").state == "queued"
    queue.stop("mine", owner)
    assert queue.get("mine").state == "interrupted"
    queue.resume("mine", HOST)
    assert queue.get("mine").owner == "a"  # whoever resumes it
    queue.stop("mine", Visitor("administrator", may_all=True))
    queue.discard("mine", owner)
    assert queue.list_trainings() == []
