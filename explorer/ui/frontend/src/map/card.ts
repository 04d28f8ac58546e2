/** The card beside the pointer: the image of a point, and what the decoder makes of its code. */
import { h } from "../shared/dom";
import { type ImageShape, Picture } from "../shared/picture";
import type { Size, Spot } from "./view";

/** Distance from the pointer in CSS pixels, and from a finger. */
const AWAY = 18;
const ABOVE = 44;

export type Shown = "original" | "reconstruction" | "place";
const CAPTIONS: Record<Shown, string> = {
  original: "original",
  reconstruction: "reconstruction",
  place: "decoded here",
};

export class Card {
  readonly element = h("div", { class: "card", hidden: true, "aria-hidden": "true" });
  private readonly text = h("div", { class: "text" });
  private pictures: Partial<Record<Shown, { figure: HTMLElement; picture: Picture }>> = {};

  /** Takes images of another shape. */
  shape(shape: ImageShape): void {
    const images = h("div", { class: "images" });
    for (const name of Object.keys(CAPTIONS) as Shown[]) {
      const picture = new Picture(shape, "", CAPTIONS[name]);
      const caption = h("figcaption", {}, CAPTIONS[name]);
      const figure = h("figure", { hidden: true, "data-shows": name }, picture.canvas, caption);
      this.pictures[name] = { figure, picture };
      images.append(figure);
    }
    this.element.replaceChildren(images, this.text);
  }

  /** Shows it; which images are in it is told by `reserve`. */
  show(at: Spot, within: Size, finger: boolean, title: string, ...details: string[]): void {
    const { element } = this;
    const lines = [
      title && h("b", {}, title),
      ...details.map((line) => line && h("span", {}, line)),
    ];
    this.text.replaceChildren(...lines.filter((line) => typeof line !== "string"));
    element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = element;
    const left = at.x + AWAY + width <= within.width ? at.x + AWAY : at.x - AWAY - width;
    const below = !finger && at.y + AWAY + height <= within.height;
    const top = below ? at.y + AWAY : at.y - (finger ? ABOVE : AWAY) - height;
    const inside = (value: number, room: number) => Math.max(4, Math.min(value, room - 4));
    const x = inside(finger ? at.x - width / 2 : left, within.width - width);
    const y = inside(top, within.height - height);
    element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Keeps room for these images alone. */
  reserve(names: Shown[]): void {
    for (const name of Object.keys(CAPTIONS) as Shown[]) {
      const place = this.pictures[name];
      if (place) place.figure.hidden = !names.includes(name);
    }
  }

  /** @param scale 255 for values in [0, 1], 1 for uint8. */
  draw(name: Shown, image: ArrayLike<number>, scale: number): void {
    this.pictures[name]?.picture.draw(image, scale);
  }
}
