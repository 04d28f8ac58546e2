"""Whether a page can be read: by axe-core, and by the size of its texts."""

from pathlib import Path

from playwright.sync_api import Page, expect

FRONTEND = Path(__file__).parents[2] / "explorer" / "ui" / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST = 14

# What axe finds, a line for each place. Nothing of Streamlit's had to be left out.
FOUND = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .flatMap(({id, nodes}) => nodes.map(({html, any}) =>
    `${id}: ${html.slice(0, 120)} ${any[0]?.message ?? ''}`))"""

# Texts that are seen and smaller than so many pixels, those in shadow roots and charts included.
SMALL = """(smallest) => {
  const found = new Set();
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      const words = [...element.childNodes].some(
        (n) => n.nodeType === 3 && n.data.replace(/[\\s\\u200b]/g, ""));
      if (!words || !element.checkVisibility()) continue;
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < smallest) found.add(`${size}: ${element.outerHTML.slice(0, 200)}`);
    }
  };
  look(document.body);
  return [...found];
}"""


def check(page: Page) -> None:
    """Check the page as it is, light and dark."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 31)")):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        expect(page.locator(".stApp")).to_have_css("background-color", ground)
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        assert page.evaluate(FOUND) == [], theme
    assert page.evaluate(SMALL, SMALLEST) == []
