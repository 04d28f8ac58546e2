"""`python -m benchmarks.compare`: a click on the compare page against one on the map.

Prints medians in milliseconds and their ratio: the click to both models' reconstructions against
that to the one on the map, by turns in the same run. Budget: ≤ 2.
"""

import statistics

from benchmarks.map import clicks, paint
from benchmarks.pages import chromium, served

LEFT, RIGHT = "mnist-ae-cnn-z2", "mnist-vae-cnn-z2"
BOTH = {"images": ":is(.st-key-compare-point-0, .st-key-compare-point-1) img"}


def main() -> None:
    """Measure and print."""
    with chromium() as browser, served("app.py") as app:
        pages = {name: browser.new_page(viewport={"width": 1440, "height": 900}) for name in "ab"}
        paint(pages["a"], f"{app}/?checkpoint={LEFT}")
        paint(pages["b"], f"{app}/compare?checkpoint={LEFT}&with={RIGHT}")
        times = clicks(pages, {"b": BOTH})
    one, both = (statistics.median(each["images"] for each in times[name]) for name in "ab")
    print(f"click to images: on the map {one:.0f} ms, of both models {both:.0f} ms")
    print(f"click to both models' images, ratio: {both / one:.2f} (budget 2)")


if __name__ == "__main__":
    main()
