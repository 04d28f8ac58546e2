/** The map of the test images, on which one or many can be chosen. */
import type { ScatterMapData } from "../shared/contract";
import { h } from "../shared/dom";
import { Picture } from "../shared/picture";
import type { Selection } from "../shared/selection";
import type { View as PageView } from "../shared/view";
import { colorOf, columnOf, counts, groupsOf, paletteOf } from "./colors";
import { Columns } from "./columns";
import { PRIOR, posterior } from "./ellipses";
import { HoverCard } from "./hover";
import type { Framed } from "./images";
import { Keys } from "./keys";
import { Legend } from "./legend";
import { MapView, type Paint, type Settings } from "./mapview";
import { around, Cells, drawCrosses, drawOutlines } from "./marks";
import type { Hovered } from "./pointer";
import { combine, invert, type Mode, maskOf, numbersOf } from "./selection";
import { type Action, Toolbar } from "./tools";
import { type Bounds, besideLegend, betweenBars, type Size, type View } from "./view";

/** Width of a map below which its legend lies below. */
const NARROW = 640;
/** So much of a bar's height is in the margin that points have from the edge, in CSS pixels. */
const BAR = 12;
/** Height of the numbers along an axis, in CSS pixels. */
const NUMBERS = 24;

export class ScatterMap implements PageView<ScatterMapData> {
  private readonly message = h("div", { class: "message", hidden: true });
  private readonly tools = new Toolbar((action) => this.act(action));
  private readonly legend = new Legend((shown) => this.show(shown));
  private readonly map: MapView;
  private readonly cells = new Cells(() => this.map.refresh());
  private closed = false;
  private data?: ScatterMapData;
  private drawn?: ScatterMapData;
  private paint?: Paint;
  private spread?: ArrayLike<number>;
  private points: ArrayLike<number> = [];
  private painted = false;
  private leads = false;
  private readonly pictures = new Map<number, Framed>();
  private chosen: number | null = null;
  private group: readonly number[] = [];
  private shown: Uint8Array = new Uint8Array(0);
  private stopListening: (() => void)[] = [];

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
    makeEngine?: Settings["makeEngine"],
    private readonly columns = new Columns(),
    private readonly hoverCard = new HoverCard(),
  ) {
    this.map = new MapView(
      parent,
      {
        enter: () => this.enter(),
        leave: () => this.leave(),
        hover: (hovered, size) => this.hover(hovered, size),
        click: (index) => this.click(index),
        look: (view) => this.looked(view),
        drag: () => hoverCard.hide(),
        enclose: (found, mode) => this.enclose(found, mode),
      },
      {
        tools: this.tools,
        fit: (bounds, size) => this.fitted(bounds, size),
        framed: (index) => this.framed(index),
        under: this.cells,
        over: (context, at, style) => {
          const { crosses = [], outlines = [] } = this.drawn?.marks ?? {};
          drawOutlines(context, outlines, at, style);
          drawCrosses(context, crosses, at, style);
        },
        makeEngine,
      },
    );
    hoverCard.ready = () => {
      this.paintPlane();
      this.map.refresh();
    };
    const { element } = this.map;
    const keys = new Keys(this.map, {
      points: () => this.points,
      isShown: (index) => this.isShown(index),
      chosen: () => this.chosen,
      reach: (hovered, size) => {
        void hoverCard.prepare();
        this.hover(hovered, size);
      },
      leave: () => this.leave(),
      choose: (index) => this.click(index),
      clear: () => this.group.length && this.select([]),
      words: (index) => hoverCard.words(index).join(", "),
    });
    const own = [this.legend, this.tools, hoverCard.card].map((part) => part.element);
    element.append(...own, this.message, keys.told);
  }

  update(data: ScatterMapData): void {
    this.data = data;
    this.map.element.setAttribute("aria-label", data.alt);
    this.map.element.toggleAttribute("data-old", data.old);
    this.draw(data).catch((error: Error) => {
      if (this.data !== data) return;
      this.message.textContent = `This map could not be drawn: ${error.message}`;
      this.message.hidden = false;
    });
  }

  close(): void {
    this.closed = true;
    this.leave();
    this.register();
    for (const stop of this.stopListening) stop();
    this.hoverCard.close();
    this.map.close();
  }

  private async draw(data: ScatterMapData): Promise<void> {
    const paths = [data.points, data.labels, data.color.column, data.errors, data.spread];
    const files = await this.columns.get(paths.filter((path) => path !== null));
    const [points, labels, column, ...others] = files;
    const errors = data.errors ? others.shift() : undefined;
    const [spread] = others;
    if (this.closed || this.data !== data) return;
    const former = this.drawn;
    this.drawn = data;
    this.message.hidden = true;
    this.map.element.toggleAttribute("data-axes", data.axes !== null);
    const known = former?.labels === data.labels;
    if (!this.paint || !known || JSON.stringify(former?.color) !== JSON.stringify(data.color)) {
      this.paint = this.newPaint(data, points.data, labels.data, column.data);
      this.pictures.clear();
    }
    const { axes } = data;
    const { paint } = this;
    this.cells.update(data.marks?.cells ?? null);
    const content = { of: data.labels, points: points.data as Float32Array, paint, axes };
    const drawn = this.map.draw(content);
    this.hoverCard.update(data, labels.data, errors?.data ?? []);
    this.points = points.data;
    this.spread = spread?.data;
    this.paintPlane();
    this.outline();
    this.follow(data, former);
    this.register(data, former);
    await drawn;
  }

  /** Says where this map is seen, for who saves it as a picture; no longer, once it is closed. */
  private register(data?: ScatterMapData, former = this.drawn): void {
    const { maps } = this.selection;
    const { element } = this.map;
    for (const name of new Set([former?.name, data?.name])) {
      if (name === undefined) continue;
      const others = (maps.get(name) ?? []).filter((shown) => shown.element !== element);
      maps.set(name, name === data?.name ? [...others, { element, data }] : others, "user");
    }
  }

  private fitted(bounds: Bounds, size: Size): View {
    const narrow = size.width <= NARROW;
    this.map.element.toggleAttribute("data-narrow", narrow);
    const all = around(this.extent() ?? bounds, this.data?.marks?.outlines ?? []);
    if (!narrow) return besideLegend(all, size);
    const [above, below] = [this.tools, this.legend].map(({ element }) => element.offsetHeight);
    const numbers = this.data?.axes ? NUMBERS : 0;
    return betweenBars(all, size, above - BAR, below + numbers - BAR);
  }

  private extent(): Bounds | undefined {
    const { extent } = this.data ?? {};
    if (!extent) return undefined;
    const [left, right, bottom, top] = extent;
    return { left, right, bottom, top };
  }

  private newPaint(
    data: ScatterMapData,
    points: ArrayLike<number>,
    labels: ArrayLike<number>,
    column: ArrayLike<number>,
  ): Paint {
    const { legend } = this;
    const { color } = data;
    const found = groupsOf(data);
    const groups = color.kind === "groups" ? column : labels;
    if (color.kind === "values") legend.values(color);
    else legend.groups(color, counts(groups, points, found.length));
    const names = found.map(({ name }) => name);
    this.shown = new Uint8Array(names.length).fill(1);
    return { colors: columnOf(color, column), palette: paletteOf(color), groups, names };
  }

  /** The prior's rings and the q(z|x) of the chosen image, where the axes are a VAE's. */
  private outline(): void {
    const { spread, points, chosen } = this;
    const of = (column: ArrayLike<number>, i: number) => [column[2 * i], column[2 * i + 1]];
    const known = spread && chosen !== null && Number.isFinite(points[2 * chosen]);
    const own = known ? posterior(of(points, chosen), of(spread, chosen)) : [];
    this.map.outline(spread ? [...PRIOR, ...own] : []);
  }

  private paintPlane(): void {
    const { data, painted, hoverCard } = this;
    const axes = data?.place;
    this.tools.paintable(Boolean(axes), painted);
    const { decoder } = hoverCard;
    if (!data || !axes || !painted || !decoder) this.map.plane.use(undefined);
    else {
      const [height, width, channels] = data.image_shape;
      this.map.plane.use({ decoder, axes, shape: { height, width, channels } });
    }
  }

  /** A point as an image, framed in its class' colour. */
  private framed(index: number): Framed | undefined {
    const known = this.pictures.get(index);
    const image = this.hoverCard.original(index);
    const { colors, palette } = this.paint ?? {};
    if (!known && !image) this.hoverCard.want(index);
    if (known || !image || !this.data || !colors || !palette) return known;
    const [height, width, channels] = this.data.image_shape;
    const picture = new Picture({ height, width, channels }, "", "");
    picture.draw(image, 1);
    const framed = { picture: picture.canvas, color: colorOf(colors, palette, index) };
    this.pictures.set(index, framed);
    return framed;
  }

  private follow(data: ScatterMapData, former: ScatterMapData | undefined): void {
    const { name, group, camera } = data;
    if (name === former?.name && group === former.group && camera === former.camera) return;
    const { point, group: groups, hover, camera: cameras } = this.selection;
    for (const stop of this.stopListening) stop();
    this.stopListening = [
      point.listen(name, (index) => this.choose(index)),
      groups.listen(group, (indices) => this.highlight(indices)),
      hover.listen(name, (hovered) => this.map.mark(hovered?.index ?? null)),
    ];
    if (camera) this.stopListening.push(cameras.listen(camera, (view) => this.lookAlong(view)));
    this.choose(point.get(name) ?? null);
    this.highlight(groups.get(group) ?? []);
  }

  /** The hand moved this map: those of its camera follow. */
  private looked(view: View): void {
    const { camera } = this.drawn ?? {};
    if (!camera) return;
    this.leads = true;
    this.selection.camera.set(camera, view, "user");
    this.leads = false;
  }

  private lookAlong(view: View): void {
    if (!this.leads) this.map.lookAt(view);
  }

  private choose(index: number | null): void {
    this.chosen = index;
    this.map.ring(index);
    this.outline();
  }

  private highlight(indices: readonly number[]): void {
    this.group = indices;
    this.map.highlight(indices);
    this.tools.selected(indices.length > 0);
  }

  private act(action: Action): void {
    if (action === "whole") this.map.whole();
    else if (action === "paint") {
      this.painted = !this.painted;
      void this.hoverCard.prepare();
      this.paintPlane();
      this.map.refresh();
    } else if (action === "clear") this.select([]);
    else if (action === "invert") this.invert();
    else if (document.fullscreenElement) void document.exitFullscreen();
    else void this.map.element.requestFullscreen();
  }

  private enter(): void {
    void this.hoverCard.prepare();
    this.tell({ index: null });
  }

  private leave(): void {
    this.hoverCard.hide();
    const name = this.drawn?.name;
    if (name && this.selection.hover.get(name)) this.tell(null);
  }

  private hover(hovered: Hovered, size: Size): void {
    const name = this.drawn?.name;
    const { index } = hovered;
    if (name && this.selection.hover.get(name)?.index !== index) this.tell({ index });
    this.hoverCard.show(hovered, size);
  }

  private tell(hover: { index: number | null } | null): void {
    if (this.drawn) this.selection.hover.set(this.drawn.name, hover, "user");
  }

  private click(index: number): void {
    if (!this.drawn || index === this.chosen) return;
    this.selection.point.set(this.drawn.name, index, "user");
  }

  private enclose(found: Uint32Array, mode: Mode): void {
    const n = this.map.count;
    const former = this.group.length ? maskOf(this.group, n) : undefined;
    this.select(numbersOf(combine(former, found, mode, n)));
  }

  private select(indices: ArrayLike<number>): void {
    if (this.drawn) this.selection.group.set(this.drawn.group, Array.from(indices), "user");
  }

  private show(shown: Uint8Array): void {
    this.shown = shown;
    this.map.show(shown);
  }

  private isShown(index: number): boolean {
    return (
      Number.isFinite(this.points[2 * index]) && this.shown[this.paint?.groups[index] ?? 0] === 1
    );
  }

  /** Selects the points that are seen and not selected: as a lasso, no hidden ones. */
  private invert(): void {
    const others = numbersOf(invert(maskOf(this.group, this.map.count)));
    this.select(others.filter((index) => this.isShown(index)));
  }
}
