/** The parts of the page, and what one tells the other. */
import { ScatterMap } from "../map/scattermap";
import { explain } from "../pad/terms";
import { PadView } from "../pad/view";
import type { ReleasedCode } from "../shared/contract";
import type { SiteColourData, SiteData, SitePictureData } from "../shared/contract_site";
import { field, h, select } from "../shared/dom";
import { Selection } from "../shared/selection";
import type { Send } from "../shared/view";
import { Inspector } from "./inspector";
import type { Link } from "./link";

const MAP = "map";
const DEAF: Send = { trigger: () => undefined, state: () => undefined };

/** Where in the page the parts are. */
export interface Places {
  controls: HTMLElement;
  map: HTMLElement;
  captions: HTMLElement;
  side: HTMLElement;
  decode: HTMLElement;
}

/** What draws; others in tests. */
export interface Makers {
  map: (parent: HTMLElement, selection: Selection) => Pick<ScatterMap, "update">;
  inspector: (...given: ConstructorParameters<typeof Inspector>) => Inspector;
  pad: (parent: HTMLElement, selection: Selection) => Pick<PadView, "update">;
  /** Calls back once the visitor comes near an element. */
  near: (element: HTMLElement, act: () => void) => void;
}

const MAKERS: Makers = {
  map: (parent, selection) => new ScatterMap(parent, selection),
  inspector: (...given) => new Inspector(...given),
  pad: (parent, selection) => new PadView(parent, selection),
  near: (element, act) => {
    const watch = (seen: IntersectionObserverEntry[], observer: IntersectionObserver) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    };
    new IntersectionObserver(watch, { rootMargin: "300px" }).observe(element);
  },
};

export class Site {
  readonly selection = new Selection();
  private readonly map: Pick<ScatterMap, "update">;
  private readonly inspector: Inspector;
  private pad?: Pick<PadView, "update">;
  private readonly projections: HTMLSelectElement;
  private readonly colours: HTMLSelectElement;
  private link: Link;
  private starts = 0;

  /** @param keep Told what a link to what is seen holds. */
  constructor(
    private readonly places: Places,
    private readonly data: SiteData,
    link: Link,
    private readonly keep: (link: Link) => void,
    makers: Makers = MAKERS,
  ) {
    const { selection } = this;
    this.link = link;
    this.projections = select(
      "Projection",
      data.pictures.map(({ name, title }) => ({ value: name, text: title })),
      (projection) => this.change({ projection }),
    );
    this.colours = select("Colour", [], (colour) => this.change({ colour }));
    places.controls.replaceChildren(
      field("Projection", this.projections),
      field("Colour", this.colours),
    );
    this.map = makers.map(places.map, selection);
    const choose = (index: number) => selection.point.set(MAP, index, "user");
    this.inspector = makers.inspector(data, selection, choose);
    places.side.replaceChildren(this.inspector.element);
    selection.point.listen(MAP, (index, origin) => {
      if (index === null) return;
      void this.inspector.show(index);
      if (origin !== "user") return;
      // Who chooses another image begins at its code.
      this.change({ point: index, z: undefined });
      void this.begin();
    });
    selection.group.listen(MAP, (indices) => void this.inspector.select(indices));
    this.draw();
    selection.point.set(MAP, this.point, "server");
    makers.near(places.decode, () => {
      this.pad = makers.pad(places.decode, selection);
      void this.begin();
    });
  }

  /** Shows what another link holds. */
  follow(link: Link): void {
    this.link = link;
    this.draw();
    this.selection.point.set(MAP, this.point, "server");
    void this.begin();
  }

  private get point(): number {
    return this.link.point ?? this.data.point;
  }

  private change(change: Link): void {
    const drawn = "projection" in change || "colour" in change;
    this.link = { ...this.link, ...change };
    this.keep(this.link);
    if (drawn) this.draw();
  }

  private draw(): void {
    const { link, data, places } = this;
    const picture = named(data.pictures, link.projection);
    const colour = named(picture.colours, link.colour);
    this.projections.value = picture.name;
    this.colours.replaceChildren(
      ...picture.colours.map(({ name, title }) => h("option", { value: name }, title)),
    );
    this.colours.value = colour.name;
    this.map.update({ ...picture.map, color: colour.color });
    const texts = [colour.note, picture.caption].filter(Boolean);
    places.captions.replaceChildren(
      ...texts.map((text) => h("p", { class: "caption" }, ...bold(text))),
    );
    explain(places.captions, data.terms);
  }

  /** Moves the sliders to where a link says, else to the chosen image. */
  private async begin(): Promise<void> {
    const { pad, point } = this;
    if (!pad) return;
    this.starts += 1;
    const turn = this.starts;
    const home = await this.inspector.code(point);
    if (!home || turn !== this.starts) return;
    const token = String(turn);
    const { z } = this.link;
    const start = { token, index: z ? null : point, z: z ?? home, home };
    pad.update(
      { ...this.data.pad, start },
      {
        ...DEAF,
        state: (_, value) => {
          const released = value as ReleasedCode;
          if (released.token === token) this.change({ z: released.z });
        },
      },
    );
  }
}

/** The one of a name, else the first one. */
function named<T extends SitePictureData | SiteColourData>(
  all: readonly T[],
  name: string | undefined,
): T {
  return all.find((one) => one.name === name) ?? all[0];
}

/** A text whose parts between two pairs of stars are bold. */
export function bold(text: string): (string | HTMLElement)[] {
  return text.split("**").map((part, i) => (i % 2 ? h("b", {}, part) : part));
}
