/** The keyboard on a map: arrows walk from point to point, Enter chooses the one that is reached. */
import { h } from "../shared/dom";
import type { MapView } from "./mapview";
import type { Hovered } from "./pointer";
import { type Size, type Spot, toScreen } from "./view";
import { ahead, directionOf } from "./walk";

/** CSS pixels that shift and an arrow move the map. */
const STEP = 60;
/** A point nearer to the edge than this is brought into the middle. */
const EDGE = 8;

export const HELP =
  "Points. Arrow keys walk to the nearest point in their direction, Enter shows it beside the map, " +
  "shift and arrows move the map, plus and minus zoom, 0 shows all, Escape clears the selection";

/** What the keys do beyond the map itself. */
export interface Acts {
  /** x, y, x, y, …; NaN for images without a point. */
  points(): ArrayLike<number>;
  isShown(index: number): boolean;
  /** Where a walk begins: the chosen point. */
  chosen(): number | null;
  /** Shows the point that is reached, as if the pointer were over it. */
  reach(hovered: Hovered, size: Size): void;
  leave(): void;
  choose(index: number): void;
  /** Escape. */
  clear(): void;
  /** The point in words. */
  words(index: number): string;
}

export class Keys {
  /** Tells who cannot see the map which point is reached. */
  readonly told = h("div", { class: "told", role: "status" });
  private reached: number | null = null;

  constructor(
    private readonly map: MapView,
    private readonly acts: Acts,
  ) {
    map.element.addEventListener("keydown", (event) => this.key(event));
    map.stage.addEventListener("pointermove", () => this.forget());
    map.stage.addEventListener("blur", () => this.leave());
    map.stage.setAttribute("aria-label", HELP);
  }

  private key(event: KeyboardEvent): void {
    const { map, acts } = this;
    const direction = directionOf(event.key);
    if (event.key === "Escape") {
      if (map.hand.pressed) map.hand.release();
      else {
        this.leave();
        acts.clear();
      }
    } else if (event.target !== map.stage || event.ctrlKey || event.metaKey) return;
    else if (direction && event.shiftKey) map.pan(-STEP * direction.x, STEP * direction.y);
    else if (direction) this.walk(direction);
    else if (event.key === "Enter" && this.reached !== null) acts.choose(this.reached);
    else if (event.key === "0" || event.key === "Home") map.whole();
    else if (event.key === "+" || event.key === "=") map.zoom(1.3);
    else if (event.key === "-") map.zoom(1 / 1.3);
    else return;
    event.preventDefault();
  }

  private walk(direction: Spot): void {
    const { map, acts } = this;
    const points = acts.points();
    const at = (index: number) => ({ x: points[2 * index], y: points[2 * index + 1] });
    const start = this.reached ?? acts.chosen();
    const known = start !== null && Number.isFinite(points[2 * start]);
    const next = ahead(points, known ? at(start) : map.seen, direction, acts.isShown);
    if (next === null) return;
    this.reached = next;
    map.mark(next);
    acts.reach(
      { at: this.bring(at(next)), index: next, place: at(next), pile: "", finger: false },
      map.size,
    );
    this.told.textContent = acts.words(next);
  }

  /** Moves the map to the middle of what is outside it; returns where a place is then. */
  private bring(place: Spot): Spot {
    const { map } = this;
    const { width, height } = map.size;
    const { x, y } = toScreen(map.seen, map.size, place);
    const inside = (value: number, room: number) => value >= EDGE && value <= room - EDGE;
    if (inside(x, width) && inside(y, height)) return { x, y };
    map.pan(width / 2 - x, height / 2 - y);
    return { x: width / 2, y: height / 2 };
  }

  private leave(): void {
    if (this.reached === null) return;
    this.forget();
    this.map.mark(null);
    this.acts.leave();
  }

  private forget(): void {
    this.reached = null;
    this.told.textContent = "";
  }
}
