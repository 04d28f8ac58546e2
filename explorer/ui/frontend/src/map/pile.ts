/** Points that lie over each other: clicks at one place choose them one after the other. */
import type { Spot } from "./view";

/** How far a hand may stray and still be at the same place, in CSS pixels. */
const STILL = 4;

export class Pile {
  private at?: Spot;
  private points: readonly number[] = [];
  private step = 0;

  /** The point that was clicked at this place; undefined if none was. */
  here(at: Spot): number | undefined {
    return this.same(at) ? this.points[this.step] : undefined;
  }

  /** "2 of 3 here" at a place that was clicked; "" for a lone point. */
  words(at: Spot): string {
    const n = this.points.length;
    return this.same(at) && n > 1 ? `${this.step + 1} of ${n} here` : "";
  }

  /**
   * Returns the point that a click chooses: at first the one that is seen, then the others, the
   * nearest first, and the first again.
   *
   * @param seen The point seen there.
   * @param points All that lie there, the nearest first.
   */
  click(at: Spot, seen: number, points: readonly number[]): number {
    if (this.same(at)) {
      this.step = (this.step + 1) % this.points.length;
    } else {
      this.at = at;
      this.points = [seen, ...points.filter((point) => point !== seen)];
      this.step = 0;
    }
    return this.points[this.step];
  }

  /** The view or the points have changed. */
  forget(): void {
    this.at = undefined;
  }

  private same({ x, y }: Spot): boolean {
    return this.at !== undefined && Math.hypot(x - this.at.x, y - this.at.y) < STILL;
  }
}
