"""`python -m benchmarks.cluster_page`: another k, and a click beside a large mixture.

Prints the time from Enter in the field of k to the new map and the new table, for k-means of
10,000 codes that was not computed before (budget 1 s); and how much slower another user's click on
the map is while a Gaussian mixture of 60,000 codes is fitted in the background (budget 2).
"""

import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.map import CLICKS, inspection, paint
from benchmarks.pages import ROOT, chromium, served
from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.clustering.spec import default_spec
from explorer.runs import points

CODES = "fashion-vae-mlp-z10"
LARGE = "mnist-ae-cnn-z16"
KS = range(11, 19)

_READY = """(k) => document.querySelector('.st-key-cluster-map-2d .explorer-map')?.dataset.drawn
  && document.body.innerText.includes(`k = ${k} ·`)
  && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"""

# Resolves with the time from Enter to the first frame with another map, caption and table.
_WATCH = """(k) => {
  const chart = () => document.querySelector('.st-key-cluster-map-2d .explorer-map');
  const table = () => document.querySelector('[data-testid=stDataFrame] table')?.textContent ?? '';
  const drawn = chart().dataset.drawn;
  window.elapsed = new Promise((resolve) => {
    let start;
    const began = (event) => { if (event.key === 'Enter') start ??= performance.now(); };
    addEventListener('keydown', began, {capture: true});
    const look = () => {
      const done = start !== undefined && chart()?.dataset.drawn !== drawn
        && document.body.innerText.includes(`k = ${k} ·`) && table().includes(`k = ${k}`);
      if (done) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        names = _copies(Path(folder))
        environment = {"EXPLORER_CHECKPOINTS": folder, "EXPLORER_JOBS": f"{folder}/.jobs"}
        with chromium() as browser, served("app.py", **environment) as app:
            _another_k(browser, app)
            if len(names) > 1:
                _beside_a_mixture(browser, app, names[1])
            else:
                print("No checkpoint whose training images are here: the second part is left out.")


def _copies(folder: Path) -> list[str]:
    """Copy the checkpoints that are needed, without what was clustered before."""
    found = [c for c in checkpoints.list_checkpoints() if isinstance(c, Checkpoint)]
    large = [c for c in found if c.name != "digits-vae-z2" and points.has_training_images(c)]
    large.sort(key=lambda c: (c.name != LARGE, -c.z_dim))
    names = [CODES, *(c.name for c in large[:1])]
    for name in dict.fromkeys(names):
        shutil.copytree(
            checkpoints.get(name).path, folder / name, ignore=shutil.ignore_patterns("clusterings")
        )
    return names


def _another_k(browser: Browser, app: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    paint(page, app)
    page.goto(f"{app}/cluster?checkpoint={CODES}")
    page.wait_for_function(_READY, arg=10)
    times = []
    for turn, k in enumerate(KS):
        field = page.get_by_label("Clusters", exact=True).first
        field.fill(str(k))
        page.evaluate(_WATCH, k)
        field.press("Enter")
        elapsed = float(page.evaluate("window.elapsed"))
        page.wait_for_function(_READY, arg=k)
        if turn:  # the first one wakes the libraries
            times.append(elapsed)
    page.close()
    median = statistics.median(times)
    print(f"another k, 10,000 codes: map and table after {median:.0f} ms (budget 1000)")


def _beside_a_mixture(browser: Browser, app: str, name: str) -> None:
    checkpoint = checkpoints.get(name)
    mine = browser.new_page(viewport={"width": 1440, "height": 900})
    other = browser.new_page(viewport={"width": 1440, "height": 900})
    for page in (mine, other):
        page.set_default_timeout(240_000)
    paint(mine, f"{app}/?checkpoint={CODES}")
    idle = inspection(mine)
    # Many components: it must go on for as long as the clicks take.
    other.goto(f"{app}/cluster?checkpoint={name}&method=Gaussian+mixture&fit=training+images&k=60")
    other.get_by_text("Gaussian mixture, 60 clusters: iteration").wait_for()
    busy = inspection(mine)
    still = other.get_by_text("Gaussian mixture, 60 clusters: iteration").is_visible()
    if still:
        other.get_by_role("button", name="Stop").click()
        other.get_by_text("Stopped before the end").wait_for()
    n, d = points.train_points(checkpoint, default_spec("gmm")).x.shape
    print(
        f"median of {CLICKS} clicks: idle {idle:.0f} ms, beside a full mixture of {n:,} × {d} "
        f"{busy:.0f} ms, ratio {busy / idle:.2f} (budget 2)"
        + ("" if still else "; the mixture was done before the clicks were")
    )


if __name__ == "__main__":
    assert Path.cwd() == ROOT, "Run it in the project's folder."
    main()
