/** The page that `python -m explorer export --site` writes: the app's own parts, without the app. */

import terms from "../pad/terms.css";
import type { SiteData } from "../shared/contract_site";
import { addStyle } from "../shared/dom";
import { fetchFile } from "../shared/files";
import { readLink, writeLink } from "./link";
import { Site } from "./site";

/** What early.js has told, and the style sheet reads. */
const page = document.documentElement.dataset;

function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page lacks #${id}.`);
  return found;
}

async function open(): Promise<void> {
  const data: SiteData = JSON.parse(new TextDecoder().decode(await fetchFile("site.json")));
  addStyle(terms);
  const { z_dim: zDim } = data.pad;
  const read = () => readLink(location.hash, data.count, zDim);
  const places = {
    controls: place("controls"),
    map: place("map"),
    captions: place("captions"),
    side: place("side"),
    decode: place("decode"),
  };
  const site = new Site(places, data, read(), (link) =>
    history.replaceState(null, "", writeLink(link)),
  );
  addEventListener("hashchange", () => site.follow(read()));
  page.state = "ready";
}

place("theme").addEventListener("click", () => {
  page.theme = page.theme === "dark" ? "light" : "dark";
});
open().catch((error: unknown) => {
  console.error(error);
  page.state = "failed";
});
