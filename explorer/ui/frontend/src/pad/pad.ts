import { h } from "../shared/dom";
import { context2d } from "../shared/picture";
import { placeNames } from "./names";
import { type Plane, squareView, type View } from "./plane";

const PIXELS = 640;
/** Its width in CSS pixels where it is not laid out yet: the largest (see whereami.css). */
const USUAL = 296;
/** Keyboard steps, as a share of the picture's width. */
const STEP = 0.01;

/** A scatter of the real codes with a cross at z that can be dragged where the plane allows. */
export class Pad {
  readonly element: HTMLElement;
  readonly canvas = h("canvas", { width: PIXELS, height: PIXELS, "aria-hidden": "true" });
  private readonly cross = h("div", { class: "cross" });
  private readonly names = h("div", { class: "class-names", "aria-hidden": "true" });
  private plane: Plane | undefined;
  private view: View | undefined;
  private at = { x: 0, y: 0 };

  /**
   * @param classes Name and colour of each class.
   * @param labels Class of each code.
   * @param drag Called with data coordinates while the cross is dragged.
   * @param drop Called when it is let go.
   */
  constructor(
    private readonly classes: { name: string; color: string }[],
    private readonly labels: ArrayLike<number>,
    private readonly drag: (x: number, y: number) => void,
    private readonly drop: () => void,
  ) {
    this.element = h("div", { class: "pad" }, this.canvas, this.names, this.cross);
    this.listen();
  }

  show(plane: Plane): void {
    this.plane = plane;
    this.view = squareView(plane.points);
    const { element } = this;
    element.classList.toggle("draggable", Boolean(plane.reach));
    element.tabIndex = plane.reach ? 0 : -1;
    element.setAttribute("role", plane.reach ? "application" : "img");
    element.setAttribute("aria-roledescription", "two-dimensional slider");
    this.paint(plane.points, this.view);
    this.write(plane.points, this.view);
  }

  /** Puts the cross at data coordinates. */
  mark(x: number, y: number): void {
    if (!this.view || !this.plane) return;
    this.at = { x, y };
    const { left, top } = this.view.toPicture(x, y);
    const clip = (share: number) => Math.min(1, Math.max(0, share));
    this.cross.style.setProperty("--left", `${100 * clip(left)}%`);
    this.cross.style.setProperty("--top", `${100 * clip(top)}%`);
    this.cross.classList.toggle("outside", left !== clip(left) || top !== clip(top));
  }

  /** Brings the text for screen readers up to date; too slow to do while dragging. */
  describe(text: string): void {
    const [across, up] = this.plane?.axes ?? ["x", "y"];
    const place = `${across} ${this.at.x.toFixed(2)}, ${up} ${this.at.y.toFixed(2)}`;
    this.element.setAttribute("aria-label", `${text} Cross at ${place}.`);
  }

  private paint(points: Float32Array, view: View): void {
    const context = context2d(this.canvas);
    context.clearRect(0, 0, PIXELS, PIXELS);
    context.globalAlpha = 0.55;
    const size = points.length > 4000 ? 3 : 5;
    for (let i = 0; 2 * i < points.length; i++) {
      const { left, top } = view.toPicture(points[2 * i], points[2 * i + 1]);
      context.fillStyle = this.classes[this.labels[i]]?.color ?? "#888888";
      context.fillRect(left * PIXELS - size / 2, top * PIXELS - size / 2, size, size);
    }
  }

  private write(points: Float32Array, view: View): void {
    const size = this.element.clientWidth || USUAL;
    const names = this.classes.map(({ name }) => name);
    const written = placeNames(points, this.labels, names, view, size).map(({ text, x, y }) => {
      const name = h("span", {}, text);
      name.style.left = `${(100 * x) / size}%`;
      name.style.top = `${(100 * y) / size}%`;
      return name;
    });
    this.names.replaceChildren(...written);
  }

  private listen(): void {
    const { element } = this;
    const move = (event: PointerEvent) => {
      if (!this.view) return;
      const box = this.canvas.getBoundingClientRect();
      const clip = (share: number) => Math.min(1, Math.max(0, share));
      const left = clip((event.clientX - box.left) / box.width);
      const top = clip((event.clientY - box.top) / box.height);
      const { x, y } = this.view.toData(left, top);
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
    if (!step || !this.view || !this.plane?.reach) return;
    event.preventDefault();
    const size = this.view.width * STEP * (event.shiftKey ? 5 : 1);
    this.drag(this.at.x + step[0] * size, this.at.y + step[1] * size);
  }
}
