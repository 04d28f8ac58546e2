/** VAEs that differ in β alone, on one slider: all of them are here, so nothing is waited for. */

import { classPaint } from "../map/colors";
import type { Settings } from "../map/content";
import { PRIOR } from "../map/ellipses";
import { MapView } from "../map/mapview";
import { type Bounds, fitView } from "../map/view";
import { Mosaic } from "../pad/mosaic";
import { allOf, withPrior } from "../replay/film";
import type { StoryData } from "../shared/contract";
import { addStyle, button, h } from "../shared/dom";
import { EachFrame } from "../shared/schedule";
import type { View } from "../shared/view";
import { Curve } from "./curve";
import { type Loaded, loadStory } from "./load";
import style from "./story.css";

const COLUMNS = 10;
/** Half a side of the view that shows the prior, in its σ. */
const NEAR = 5;
/** CSS pixels about the points. */
const MARGIN = 16;
const AROUND: Bounds = { left: -NEAR, right: NEAR, bottom: -NEAR, top: NEAR };

/** How the numbers of the present member are told. */
interface Fact {
  name: string;
  value: HTMLElement;
  note: HTMLElement;
}

export class Story implements View<StoryData> {
  private readonly root = h("div", { class: "explorer-story" });
  private readonly slider = h("input", { type: "range", min: 0, step: 1, "aria-label": "β" });
  private readonly ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  private readonly beta = h("output", { class: "beta" });
  private readonly verdict = h("p", { class: "verdict", "aria-live": "polite" });
  private readonly facts = h("dl", { class: "facts" });
  private readonly pictures = h("div", { class: "pictures" });
  private readonly curves = h("div", { class: "curves" });
  private readonly legend = h("div", { class: "legend" });
  private readonly far: HTMLButtonElement;
  private readonly map: MapView;
  private readonly frame = new EachFrame(() => this.draw());
  private data: StoryData | undefined;
  private loaded: Loaded | undefined;
  private told: Fact[] = [];
  private drawn: { pairs: Mosaic; prior: Mosaic; curves: Curve[] } | undefined;
  private bounds: Bounds = AROUND;
  private at = 0;
  private shown = -1;
  private closed = false;

  constructor(
    parent: HTMLElement,
    private readonly load = loadStory,
    makeEngine?: Settings["makeEngine"],
  ) {
    addStyle(style);
    const place = h("div", { class: "map" });
    const fit = (_: Bounds, size: { width: number; height: number }) =>
      fitView(this.isFar ? this.bounds : AROUND, size, MARGIN);
    this.map = new MapView(place, {}, { fit, makeEngine });
    this.map.outline(PRIOR);
    this.far = button("Show all codes", "Zoom out to the widest codes, or in to the prior", () => {
      this.far.setAttribute("aria-pressed", String(!this.isFar));
      this.map.whole();
    });
    this.far.setAttribute("aria-pressed", "false");
    place.append(h("div", { class: "under" }, this.legend, this.far));
    this.root.append(
      h(
        "div",
        { class: "control" },
        this.beta,
        h("div", { class: "track" }, this.slider, this.ticks),
      ),
      this.verdict,
      this.facts,
      h("div", { class: "body" }, place, h("div", { class: "beside" }, this.pictures, this.curves)),
    );
    parent.append(this.root);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
  }

  update(data: StoryData): void {
    const { data: former } = this;
    if (former && JSON.stringify(former) === JSON.stringify(data)) {
      this.map.refresh(); // perhaps in another theme
      return;
    }
    this.data = data;
    if (former?.name !== data.name || former.start !== data.start) this.at = data.start;
    this.at = Math.min(this.at, data.members.length - 1);
    this.shown = -1;
    this.build(data);
    void this.fetch(data);
  }

  close(): void {
    this.closed = true;
    this.frame.close();
    this.map.close();
    this.root.remove();
  }

  private get isFar(): boolean {
    return this.far.getAttribute("aria-pressed") === "true";
  }

  private async fetch(data: StoryData): Promise<void> {
    try {
      const loaded = await this.load(data);
      if (this.data !== data || this.closed) return;
      this.loaded = loaded;
      this.bounds = withPrior(allOf(loaded.points), true);
      const paint = classPaint(loaded.labels, data.colors, data.class_names);
      const points = loaded.points[this.at].slice();
      if (loaded.originals) this.drawn?.pairs.put(0, loaded.originals, 1);
      await this.map.draw({ of: data.name, points, paint, axes: data.axes });
      this.root.dataset.state = "ready";
      this.shown = -1; // a hand may have moved the slider meanwhile
      this.draw();
    } catch (error) {
      console.error(error);
      if (!this.closed) this.verdict.textContent = "This could not be loaded: reload the page.";
    }
  }

  private build(data: StoryData): void {
    const { members, pairs, drawn } = data;
    const [height, width, channels] = data.image_shape;
    const shape = { height, width, channels };
    const betas = members.map(({ beta }) => String(beta));
    this.slider.max = String(members.length - 1);
    this.ticks.replaceChildren(...betas.map((beta) => h("span", {}, beta)));
    const about = data.originals
      ? "Test images, over their reconstructions"
      : "Reconstructions of test images (the images themselves are not on this machine)";
    this.drawn = {
      pairs: new Mosaic({
        ...{ rows: data.originals ? 2 : 1, columns: pairs, shape, gap: 2, label: about },
      }),
      prior: new Mosaic({
        ...{ rows: Math.ceil(drawn / COLUMNS), columns: COLUMNS, shape, gap: 2 },
        label: "Images drawn from the prior",
      }),
      curves: [
        new Curve(
          "Reconstruction loss",
          data.unit,
          betas,
          members.map((one) => one.reconstruction),
        ),
        new Curve(
          "KL loss",
          "nats",
          betas,
          members.map((one) => one.kl),
        ),
        ...data.scores.map(
          (name, i) =>
            new Curve(
              name,
              "0 … 1",
              betas,
              members.map(({ scores }) => scores[i]),
            ),
        ),
      ],
    };
    for (const curve of this.drawn.curves) curve.onChoose = (index) => this.go(index);
    this.pictures.replaceChildren(
      h("h2", {}, about),
      this.drawn.pairs.element,
      h("h2", {}, "Drawn from the prior N(0, 1), with the same noise for each β"),
      this.drawn.prior.element,
    );
    this.curves.replaceChildren(...this.drawn.curves.map(({ element }) => element));
    this.legend.replaceChildren(
      ...data.class_names.filter(Boolean).map((name, i) => {
        const spot = h("i");
        spot.style.background = data.colors[i];
        return h("span", {}, spot, name);
      }),
    );
    this.told = [
      "Reconstruction loss",
      "KL loss",
      "Dimensions in use",
      "Spread of the codes",
      "Codes within 2σ",
    ].map((name) => ({ name, value: h("b"), note: h("small") }));
    this.facts.replaceChildren(
      ...this.told.map(({ name, value, note }) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, value, note)),
      ),
    );
    this.draw();
  }

  private go(index: number): void {
    this.at = index;
    this.frame.ask();
  }

  private draw(): void {
    const { data, drawn, loaded, at } = this;
    if (!data || !drawn || this.shown === at) return;
    const member = data.members[at];
    this.slider.value = String(at);
    this.slider.setAttribute("aria-valuetext", String(member.beta));
    this.beta.textContent = `β = ${member.beta}`;
    this.verdict.textContent = member.verdict;
    this.tell(data);
    for (const curve of drawn.curves) curve.mark(at);
    this.map.element.setAttribute("aria-label", `${data.caption}, β = ${member.beta}`);
    if (!loaded) return;
    this.shown = at;
    this.root.dataset.member = String(at);
    const pictures = loaded.pictures[at];
    const cut = data.pairs * (pictures.length / (data.pairs + data.drawn));
    drawn.pairs.put(data.originals ? data.pairs : 0, pictures.subarray(0, cut), 1);
    drawn.prior.put(0, pictures.subarray(cut), 1);
    this.map.move(loaded.points[at].slice());
  }

  private tell(data: StoryData): void {
    const { reconstruction, kl, dimensions, active, spread, within } = data.members[this.at];
    const own =
      dimensions.length > 1 && dimensions.length < 5 ? dimensions.map(brief).join(" + ") : "";
    const texts = [
      [reconstruction.toFixed(1), data.unit],
      [brief(kl), own ? `nats: ${own}` : "nats"],
      [`${active} of ${dimensions.length}`, data.active],
      [brief(spread), "the prior: 1"],
      [percent(within), `of the prior: ${percent(data.expected)}`],
    ];
    this.told.forEach(({ value, note }, i) => {
      [value.textContent, note.textContent] = texts[i];
    });
  }
}

/** A number with about three digits. */
export function brief(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value >= 0.1 ? value.toFixed(2) : Number(value.toPrecision(1)).toString();
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
