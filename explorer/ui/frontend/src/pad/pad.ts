import { classPaint } from "../map/colors";
import type { Paint, Settings } from "../map/content";
import { MapView } from "../map/mapview";
import type { Style } from "../map/overlay";
import { fitView, type Spot, toData } from "../map/view";
import { h } from "../shared/dom";
import type { Plane } from "./plane";

/** Keyboard steps, as a share of the picture's width. */
const STEP = 0.01;
/** CSS pixels about the points. */
const MARGIN = 12;

/** A map of the real codes with a cross at z that can be dragged where the plane allows. */
export class Pad {
  readonly element: HTMLElement;
  private readonly map: MapView;
  private readonly cross = h("div", { class: "cross" }, h("span", {}));
  /** Above the names of the classes. */
  private readonly ends = ["A", "B"].map((name) =>
    h("span", { class: "path-end", hidden: true }, name),
  );
  private readonly paint: Paint;
  private plane: Plane | undefined;
  private at: Spot = { x: 0, y: 0 };
  private path: Spot[] = [];
  private outlines: Spot[][] = [];
  private dots: Spot[] = [];

  /**
   * @param classes Name and colour of each class.
   * @param labels Class of each code.
   * @param drag Called with data coordinates while the cross is dragged.
   * @param drop Called when it is let go.
   */
  constructor(
    classes: { name: string; color: string }[],
    labels: ArrayLike<number>,
    private readonly drag: (x: number, y: number) => void,
    private readonly drop: () => void,
    makeEngine?: Settings["makeEngine"],
  ) {
    this.element = h("div", { class: "pad" });
    this.map = new MapView(
      this.element,
      {},
      {
        fit: (bounds, size) => fitView(bounds, size, MARGIN),
        over: (context, at, style) => this.drawOver(context, at, style),
        makeEngine,
      },
    );
    this.map.stage.tabIndex = -1;
    this.map.element.setAttribute("aria-hidden", "true");
    const names = classes.map(({ name }) => name);
    const colors = classes.map(({ color }) => color);
    this.paint = classPaint(labels, colors, names);
    this.element.append(...this.ends, this.cross);
    this.listen();
  }

  show(plane: Plane): void {
    this.plane = plane;
    const { element, paint } = this;
    element.classList.toggle("draggable", Boolean(plane.reach));
    element.tabIndex = plane.reach ? 0 : -1;
    element.setAttribute("role", plane.reach ? "application" : "img");
    element.setAttribute("aria-roledescription", "two-dimensional slider");
    // Only where places are codes do numbers along the axes mean anything.
    const axes = plane.reach ? plane.axes : null;
    const content = { of: "codes", points: plane.points, paint, axes };
    void this.map.draw(content).catch(console.error);
  }

  /** Puts the cross at data coordinates. */
  mark(x: number, y: number): void {
    if (!this.plane) return;
    this.at = { x, y };
    this.map.refresh();
  }

  /** Makes the cross a star, with ellipses and dots about it; a cross again without. */
  star(on: boolean, outlines: Spot[][] = [], dots: Spot[] = []): void {
    this.cross.classList.toggle("star", on);
    this.cross.firstElementChild?.replaceChildren(on ? "★" : "");
    this.outlines = outlines;
    this.dots = dots;
    this.map.refresh();
  }

  /** Draws a path from A to B; none without places. */
  route(path: Spot[]): void {
    this.path = path;
    this.map.refresh();
  }

  /** Brings the text for screen readers up to date; too slow to do while dragging. */
  describe(text: string): void {
    const [across, up] = this.plane?.axes ?? ["x", "y"];
    const place = `${across} ${this.at.x.toFixed(2)}, ${up} ${this.at.y.toFixed(2)}`;
    this.element.setAttribute("aria-label", `${text} Cross at ${place}.`);
  }

  close(): void {
    this.map.close();
  }

  private drawOver(
    context: CanvasRenderingContext2D,
    at: (place: Spot) => Spot,
    style: Style,
  ): void {
    const { width, height } = this.map.size;
    const { x, y } = at(this.at);
    this.cross.style.setProperty("--left", `${x}px`);
    this.cross.style.setProperty("--top", `${y}px`);
    this.cross.classList.toggle("outside", x < 0 || x > width || y < 0 || y > height);
    const path = this.path.map(at);
    this.ends.forEach((end, i) => {
      const place = path.at(-i); // the first and the last
      end.hidden = !place;
      if (place) end.style.transform = `translate(${place.x}px, ${place.y}px)`;
    });
    if (path.length > 1) drawPath(context, path, style);
    for (const outline of this.outlines) {
      const spots = outline.map(at);
      drawPath(context, [...spots, spots[0]], style);
    }
    drawDots(context, this.dots.map(at), style);
  }

  private listen(): void {
    const { element } = this;
    const move = (event: PointerEvent) => {
      const box = element.getBoundingClientRect();
      const { seen, size } = this.map;
      const clip = (value: number, most: number) => Math.min(most, Math.max(0, value));
      const { x, y } = toData(seen, size, {
        x: clip(event.clientX - box.left - element.clientLeft, size.width),
        y: clip(event.clientY - box.top - element.clientTop, size.height),
      });
      this.drag(x, y);
    };
    element.addEventListener("pointerdown", (event) => {
      if (!this.plane?.reach || event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      move(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) move(event);
    });
    element.addEventListener("pointerup", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.drop();
    });
    element.addEventListener("keydown", (event) => this.onKey(event));
    element.addEventListener("keyup", (event) => {
      if (event.key.startsWith("Arrow")) this.drop();
    });
  }

  private onKey(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const step = steps[event.key];
    if (!step || !this.plane?.reach) return;
    event.preventDefault();
    const { seen, size } = this.map;
    const length = (size.width / seen.scale) * STEP * (event.shiftKey ? 5 : 1);
    this.drag(this.at.x + step[0] * length, this.at.y + step[1] * length);
  }
}

/** @param path In CSS pixels, from A to B. */
function drawPath(context: CanvasRenderingContext2D, path: Spot[], style: Style): void {
  const ways = [
    [style.background, 6],
    [style.accent, 3],
  ] as const;
  context.lineCap = context.lineJoin = "round";
  for (const [color, width] of ways) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const { x, y } of path) context.lineTo(x, y);
    context.stroke();
  }
}

function drawDots(context: CanvasRenderingContext2D, dots: Spot[], style: Style): void {
  context.fillStyle = style.text;
  context.strokeStyle = style.background;
  context.lineWidth = 1;
  for (const { x, y } of dots) {
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
