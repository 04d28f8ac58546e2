"""`python -m benchmarks.story`: from a key on the slider of β to all of its pictures.

Prints the median, the 95th percentile and the longest time from the key to the first frame in
which map, reconstructions and draws from the prior are all other pictures than before (budget 100
ms for the 95th percentile), the messages that the server heard (budget 0), and what was fetched.
"""

import statistics

from benchmarks.pages import chromium, served

MOVES = 60
BUDGET = 100

# Resolves with the milliseconds from the next key to the first frame that shows other pictures.
_WATCH = """() => {
  const canvases = [...document.querySelectorAll(
    '.explorer-story :is(canvas.points, canvas.mosaic-canvas)')];
  const small = new OffscreenCanvas(64, 64).getContext('2d', {willReadFrequently: true});
  const hash = (canvas) => {
    small.clearRect(0, 0, 64, 64);
    small.drawImage(canvas, 0, 0, 64, 64);
    return small.getImageData(0, 0, 64, 64).data.reduce((sum, v) => (31 * sum + v) | 0, 0);
  };
  const before = canvases.map(hash);
  window.elapsed = new Promise((resolve) => {
    let start;
    addEventListener('keydown', (event) => { start = event.timeStamp; },
      {once: true, capture: true});
    const look = () => {
      const others = start !== undefined && canvases.every((c, i) => hash(c) !== before[i]);
      if (others) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    look();
  });
  return canvases.length;
}"""

_FETCHED = """() => performance.getEntriesByType('resource')
  .filter(({name}) => name.includes('/explorer/')).map(({encodedBodySize}) => encodedBodySize)"""


def main() -> int:
    """Measure and print; return 1 where the budget is missed."""
    with chromium() as browser, served("app.py") as app:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        sent: list[object] = []
        page.on(
            "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame))
        )
        page.goto(f"{app}/story")
        page.locator('.explorer-story[data-state="ready"]').wait_for()
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        slider = page.get_by_role("slider", name="β")
        slider.focus()
        members = int(slider.get_attribute("max") or 0)
        page.keyboard.press("Home")
        page.locator('.explorer-story[data-member="0"]').wait_for()
        sent.clear()
        keys = ["ArrowRight"] * members + ["ArrowLeft"] * members
        times = []
        for turn in range(MOVES):
            assert page.evaluate(_WATCH) == 3
            page.keyboard.press(keys[turn % len(keys)])
            times.append(float(page.evaluate("window.elapsed")))
        fetched = page.evaluate(_FETCHED)
        heard = len(sent)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"slider of β to all pictures, {MOVES} moves: median {statistics.median(times):.0f} ms, "
        f"95 % within {p95:.0f} ms (budget {BUDGET}), longest {max(times):.0f} ms"
    )
    print(f"messages to the server meanwhile: {heard} (budget 0)")
    print(
        f"fetched for {members + 1} values of β: {len(fetched)} files, {sum(fetched) / 1e3:.0f} kB"
    )
    return int(p95 > BUDGET or heard > 0)


if __name__ == "__main__":
    raise SystemExit(main())
