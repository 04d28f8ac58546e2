/**
 * The hand on a map: it hovers, clicks, moves the view, or draws with a lasso or a box. Of fingers
 * one looks (slides with the card, or chooses by a tap) and two move the view.
 */
import { listen, type Hand as Moves } from "./gestures";
import type { Mode } from "./selection";
import { modeOf, outline, type Tool } from "./tools";
import type { Spot } from "./view";

/** A click is one that moves less than this, in CSS pixels. */
const STILL = 4;

/** What a hand does; places are in CSS pixels from the left upper corner. */
export interface Acts extends Omit<Moves, "pans"> {
  enter(): void;
  leave(): void;
  hover(at: Spot): void;
  click(at: Spot): void;
  /** A double click. */
  whole(): void;
  /** The press has become a drag. */
  drag(): void;
  encircle(corners: Spot[], mode: Mode): void;
  /** The outline has changed. */
  redraw(): void;
}

/** What a hand draws with. */
export interface Tools {
  readonly tool: Tool;
  /** Told when another tool is taken. */
  changed: () => void;
}

export class Hand {
  /** Where the pointer hovers. */
  at: Spot | undefined;
  /** Since it was pressed. */
  private spots: Spot[] | undefined;
  private readonly fingers = new Set<number>();
  /** Whether one finger is on the map and only looks. */
  looking = false;
  private readonly ended = new AbortController();
  private readonly stopMoving: () => void;

  constructor(
    private readonly stage: HTMLElement,
    private readonly tools: Tools,
    private readonly acts: Acts,
  ) {
    this.stopMoving = listen(stage, {
      ...acts,
      pans: (event) => tools.tool === "pan" && event.pointerType !== "touch",
    });
    const { signal } = this.ended;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ) => stage.addEventListener(type, act, { signal });
    on("pointerenter", () => acts.enter());
    on("pointerleave", () => this.leave());
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => {
      this.lift(event);
      this.release();
    });
    on("dblclick", () => tools.tool === "pan" && acts.whole());
    const take = () => {
      stage.dataset.tool = tools.tool;
    };
    tools.changed = take;
    take();
  }

  get pressed(): boolean {
    return this.spots !== undefined && !this.looking;
  }

  /** Corners of what is being drawn. */
  get outline(): Spot[] {
    const { tool } = this.tools;
    return this.spots && tool !== "pan" ? outline(tool, this.spots) : [];
  }

  /** Ends a press without an effect. */
  release(): void {
    this.spots = undefined;
    this.acts.redraw();
  }

  close(): void {
    this.ended.abort();
    this.stopMoving();
  }

  private spot({ clientX, clientY }: MouseEvent): Spot {
    const box = this.stage.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  private leave(): void {
    this.at = undefined;
    this.acts.leave();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (event.pointerType === "touch" && this.fingers.add(event.pointerId).size > 1) {
      this.looking = false;
      this.at = undefined;
      this.acts.drag();
      this.release();
      return;
    }
    this.spots = [this.spot(event)];
    this.looking = event.pointerType === "touch" && this.tools.tool === "pan";
    if (this.looking) this.look(this.spots[0]);
    if (this.tools.tool !== "pan") this.stage.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const at = this.spot(event);
    if (!this.spots) {
      if (event.pointerType !== "touch") this.look(at);
      return;
    }
    this.spots.push(at);
    if (this.looking) {
      this.look(at);
      return;
    }
    if (far(this.spots)) this.acts.drag();
    if (this.tools.tool !== "pan") this.acts.redraw();
  }

  private look(at: Spot): void {
    this.at = at;
    this.acts.hover(at);
  }

  private lift(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    this.looking = false;
  }

  private up(event: PointerEvent): void {
    const { spots, outline } = this;
    this.lift(event);
    this.release();
    if (!spots) return;
    if (!far(spots)) this.acts.click(spots[0]);
    else if (outline.length) {
      this.at = undefined; // no card over what was selected, until the hand moves on
      this.acts.encircle(outline, modeOf(event));
    }
  }
}

/** Whether a press has moved. */
function far(spots: Spot[]): boolean {
  const [first] = spots;
  return spots.some(({ x, y }) => Math.hypot(x - first.x, y - first.y) >= STILL);
}
