/** A server that is away: the page says so and goes on with what it has. */

const WAIT = 1500; // ms: a page that opens, or a moment without network, is no news
const TEXT =
  "The server is away. What this page decodes and draws by itself goes on; " +
  "the rest will be there again when the server is.";
const STYLE =
  "position:fixed;left:50%;bottom:1rem;transform:translateX(-50%);z-index:1000000;" +
  "box-sizing:border-box;width:max-content;max-width:calc(100vw - 2rem);padding:.7rem 1.1rem;" +
  "border-radius:.5rem;font:16px/1.4 system-ui,sans-serif;background:#8a3b00;color:#fff;" +
  "box-shadow:0 2px 12px #0006";

/** Streamlit's own dialog, which it opens again and again, takes the page away: none of ours. */
const DIALOG = '.stDialog:not(:has([data-testid="stVerticalBlock"])) button[aria-label="Close"]';

/** Watch whether the page is connected, as Streamlit marks it, from now on. */
export function watchServer(document: Document): void {
  const banner = document.createElement("div");
  banner.setAttribute("role", "status");
  banner.className = "explorer-away";
  banner.style.cssText = STYLE;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = (): void => {
    const app = document.querySelector(".stApp");
    const state = app?.getAttribute("data-test-connection-state") ?? "CONNECTED";
    if (state === "CONNECTED") {
      clearTimeout(timer);
      timer = undefined;
      banner.remove();
      return;
    }
    document.querySelector<HTMLElement>(DIALOG)?.click();
    timer ??= setTimeout(() => {
      // Told when it comes: a text that is there already is not read aloud.
      banner.textContent = "";
      document.body.append(banner);
      banner.textContent = TEXT;
    }, WAIT);
  };

  new MutationObserver(look).observe(document.body, {
    attributes: true,
    attributeFilter: ["data-test-connection-state"],
    childList: true,
    subtree: true,
  });
  look();
}
