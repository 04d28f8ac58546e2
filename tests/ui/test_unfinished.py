"""What is said of a picture that is being computed."""

from types import SimpleNamespace

import numpy as np
import pytest

from explorer import checkpoints, jobs
from explorer.projection import ProjectionSpec
from explorer.projection.isomap import Isomap
from explorer.ui.shared import projections
from tests.conftest import SHIPPED


def test_a_pca_is_never_said_to_be_what_a_method_has_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(SHIPPED))
    checkpoint = checkpoints.get("digits-vae-z2")
    spec = ProjectionSpec(Isomap())
    job = SimpleNamespace(id="1", active=True)
    pca = projections.unfinished(checkpoint, spec).view.embedding

    def said(picture: np.ndarray | None) -> tuple[bool, str]:
        monkeypatch.setattr(jobs, "partial", lambda _: picture)
        frame = projections.unfinished(checkpoint, spec, job)  # type: ignore[arg-type]
        return frame.begun, frame.caption

    first = (False, "The PCA of the same points, until Isomap has a picture.")
    assert said(None) == first
    assert said(pca.copy()) == first  # how every job begins
    assert said(2 * pca) == (True, "Isomap as it is now.")
