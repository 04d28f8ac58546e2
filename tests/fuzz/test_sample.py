"""A small sample of the fuzz run: `python -m tests.fuzz` makes thousands of cases."""

from collections.abc import Iterator

import pytest

from tests.fuzz import files

CASES = 12


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[files.Base]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("EXPLORER_CHECKPOINTS", "EXPLORER_JOBS", "EXPLORER_CACHE"):
            patch.setenv(name, "")  # put back at the end
        yield files.Base(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", files.KINDS)
def test_whatever_lies_in_a_folder_is_a_sentence_and_disturbs_nobody(
    base: files.Base, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in base.surroundings.items():
        monkeypatch.setenv(name, value)
    found = [item for number in range(CASES) for item in files.run(base, kind, number, 0)]
    base.forget()
    assert not found
