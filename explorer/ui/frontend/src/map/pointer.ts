/** The pointer on a map: what lies under it, and what a click there chooses. */
import type { Engine } from "./engine";
import { imageAt, type Placed } from "./images";
import { Pile } from "./pile";
import { type Size, type Spot, toData, type View } from "./view";

/** Milliseconds until a pointer counts as at rest. */
const STEADY = 100;

export interface Hovered {
  /** Of the pointer, in CSS pixels from the map's left upper corner. */
  at: Spot;
  /** Number of the point under it. */
  index: number | null;
  /** Data coordinates of the pointer. */
  place: Spot;
  /** What is to be said of the points that lie there over each other, or "". */
  pile: string;
  /** Whether it is a finger, which hides what is below it. */
  finger: boolean;
}

/** What is seen, and who is told. */
export interface Seen {
  readonly seen: View;
  readonly size: Size;
  /** Points that are shown as images. */
  readonly images: readonly Placed[];
  /** Where the pointer hovers; undefined while it is elsewhere, or pressed. */
  readonly at: Spot | undefined;
  /** Whether it is a finger. */
  readonly finger: boolean;
  /** Over which point the pointer is. */
  mark(index: number | null): void;
  hovered(hovered: Hovered): void;
  clicked(index: number): void;
}

export class Pointer {
  /** The point under it. */
  over: number | null = null;
  private readonly pile = new Pile();
  private resting?: ReturnType<typeof setTimeout>;

  constructor(
    private readonly engine: Pick<Engine, "hover" | "stack">,
    private readonly map: Seen,
  ) {}

  async hover(at: Spot): Promise<void> {
    const { map, pile } = this;
    clearTimeout(this.resting);
    const found = await this.under(at).catch(() => null);
    if (found === null || !map.at) return;
    const index = found ?? null;
    if (index !== this.over) {
      this.over = index;
      map.mark(index);
    }
    const tell = (words: string) =>
      map.hovered({
        ...{ at, index, place: toData(map.seen, map.size, at) },
        ...{ pile: words, finger: map.finger },
      });
    tell(pile.words(at));
    if (index === null || pile.words(at)) return;
    // How many lie there is counted once the hand rests.
    this.resting = setTimeout(async () => {
      const { length } = await this.engine.stack(at.x, at.y).catch(() => []);
      if (length > 1 && at === map.at) tell(`${length} here: click again for the next`);
    }, STEADY);
  }

  /** Chooses the point that is seen at a place, or, clicked again, the next that lies there. */
  async click(at: Spot): Promise<void> {
    const seen = await this.under(at);
    if (seen === undefined || seen === null) return;
    const stack = await this.engine.stack(at.x, at.y);
    const points = stack.map(({ point }) => point);
    this.map.clicked(this.pile.click(at, seen, points));
    if (this.map.at) await this.hover(this.map.at);
  }

  leave(): void {
    clearTimeout(this.resting);
    if (this.over === null) return;
    this.over = null;
    this.map.mark(null);
  }

  /** What was seen has changed. */
  forget(): void {
    this.pile.forget();
  }

  /** The point under a place; null if another question has taken this one's place. */
  private async under(at: Spot): Promise<number | undefined | null> {
    const { seen, size, images } = this.map;
    const known = this.pile.here(at) ?? imageAt(images, seen, size, at)?.index;
    if (known !== undefined) return known;
    const hit = await this.engine.hover(at.x, at.y);
    return hit === null ? null : hit?.point;
  }
}
