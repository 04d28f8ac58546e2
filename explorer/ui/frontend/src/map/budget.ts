/** How long the points of a moving picture may take: as long as no frame is missed. */

/** Milliseconds from one frame to the next on a common screen, and when one was missed. */
const MISSED = 21;
/** A longer pause is no missed frame: nothing moved. */
const PAUSE = 120;
/** Milliseconds for the points: at most, and whatever else the machine does. */
const MOST = 10;
const LEAST = 2;
/** More after each frame in time, less after each that was missed. */
const MORE = 0.25;
const LESS = 0.75;

/**
 * Milliseconds for the points of the next frame, from the frames before: what else a frame costs, in
 * the page, the compositor and other programs, shows in how often they come.
 */
export class Budget {
  private milliseconds = 0.8 * MOST;
  private last = Number.NEGATIVE_INFINITY;

  /** @param now When a frame of a movement begins, in milliseconds. */
  next(now: number): number {
    const passed = now - this.last;
    this.last = now;
    if (passed < MISSED) this.milliseconds = Math.min(MOST, this.milliseconds + MORE);
    else if (passed < PAUSE) this.milliseconds = Math.max(LEAST, this.milliseconds * LESS);
    return this.milliseconds;
  }
}
