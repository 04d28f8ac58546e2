// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { stepByStep } from "../src/shared/history";

/** What Back would lead through, the newest last. */
let entries: string[];
let page: Window;
let stop: () => void;

beforeEach(() => {
  entries = ["http://app/"];
  const location = {
    get href() {
      return entries.at(-1) as string;
    },
    get pathname() {
      return new URL(entries.at(-1) as string).pathname;
    },
  };
  const to = (url?: string | URL | null) => new URL(url ?? "", location.href).href;
  const history = {
    pushState: (_data: unknown, _unused: string, url?: string | URL | null) => {
      entries.push(to(url));
    },
    replaceState: (_data: unknown, _unused: string, url?: string | URL | null) => {
      entries[entries.length - 1] = to(url);
    },
  };
  page = Object.assign(new EventTarget(), { history, location }) as unknown as Window;
  stop = stepByStep(page);
});

afterEach(() => stop());

const act = () => page.dispatchEvent(new Event("pointerdown"));

it("makes a step of what a hand did, though it was to replace the address", () => {
  act();
  page.history.replaceState({}, "", "/?projection=PCA");
  act();
  page.history.pushState({}, "", "/?projection=PCA&point=5");
  expect(entries).toEqual([
    "http://app/",
    "http://app/?projection=PCA",
    "http://app/?projection=PCA&point=5",
  ]);
});

it("makes none of what a page does by itself, and one of an action with several effects", () => {
  page.history.pushState({}, "", "/?point=5");
  expect(entries).toEqual(["http://app/?point=5"]);
  act();
  page.history.pushState({}, "", "/decode");
  page.history.pushState({}, "", "/decode?point=5");
  page.history.pushState({}, "", "/decode?point=5&z=0,1");
  expect(entries).toEqual(["http://app/?point=5", "http://app/decode?point=5&z=0,1"]);
});

it("makes one step of leaving a page, which first loses what its widgets wrote", () => {
  act();
  page.history.replaceState({}, "", "/?projection=PCA&point=5");
  act();
  page.history.pushState({}, "", "/?point=5");
  page.history.pushState({}, "", "/decode?point=5");
  page.history.pushState({}, "", "/decode?point=5&z=1");
  expect(entries.slice(1)).toEqual([
    "http://app/?projection=PCA&point=5",
    "http://app/decode?point=5&z=1",
  ]);
});

it("keeps another page a step, and what is restored none", () => {
  page.history.pushState({}, "", "/cluster");
  expect(entries).toHaveLength(2);
  act();
  page.dispatchEvent(new Event("popstate"));
  page.history.pushState({}, "", "/cluster?k=5");
  expect(entries).toEqual(["http://app/", "http://app/cluster?k=5"]);
});

it("makes no step where nothing changes, and waits for the action's effect", () => {
  act();
  page.history.replaceState({}, "", "/");
  page.history.pushState({}, "", "/?colour=error");
  expect(entries).toEqual(["http://app/", "http://app/?colour=error"]);
});
