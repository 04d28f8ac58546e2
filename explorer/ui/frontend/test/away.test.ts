// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchServer } from "../src/shared/away";

const app = () => document.querySelector(".stApp") as HTMLElement;
const banner = () => document.querySelector(".explorer-away");

async function become(state: string, ms = 0): Promise<void> {
  app().setAttribute("data-test-connection-state", state);
  await vi.advanceTimersByTimeAsync(ms);
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<div class="stApp" data-test-connection-state="CONNECTED"></div>';
  watchServer(document);
});
afterEach(() => vi.useRealTimers());

it("says that the server is away, and no longer when it is back", async () => {
  await become("PINGING_SERVER", 1000);
  expect(banner()).toBeNull();
  await become("CONNECTING", 1000);
  expect(banner()?.getAttribute("role")).toBe("status");
  expect(banner()?.textContent).toContain("The server is away");
  await become("CONNECTED", 1);
  expect(banner()).toBeNull();
});

it("says nothing of a moment", async () => {
  await become("PINGING_SERVER", 1000);
  await become("CONNECTED", 5000);
  expect(banner()).toBeNull();
});

it("closes Streamlit's dialog, and none of ours", async () => {
  await become("DISCONNECTED_FOREVER");
  const closed: string[] = [];
  for (const [name, inner] of [
    ["ours", '<div data-testid="stVerticalBlock"></div>'],
    ["Streamlit's", "<p>Connection error</p>"],
  ]) {
    const dialog = document.createElement("div");
    dialog.className = "stDialog";
    dialog.innerHTML = `${inner}<button aria-label="Close"></button>`;
    dialog.querySelector("button")?.addEventListener("click", () => {
      closed.push(name as string);
      dialog.remove();
    });
    document.body.append(dialog);
  }
  await vi.advanceTimersByTimeAsync(1);
  expect(closed).toEqual(["Streamlit's"]);
});
