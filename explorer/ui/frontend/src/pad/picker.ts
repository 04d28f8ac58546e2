import type { CodeData } from "../shared/contract";
import { h, wholeNumber } from "../shared/dom";
import { drawFrom, type Space } from "./space";
import type { Walk } from "./walk";

export interface Picked {
  name: string;
  z: Float32Array;
  /** The real image that it is, if it is one. */
  index?: number;
}

type Kind = "current" | "index" | "selection" | "class" | "centroid" | "zero" | "mean" | "prior";

/** Chooses a point of latent space: an image, a class mean, a centroid, zero, the prior … */
export class Picker {
  readonly element: HTMLElement;
  private readonly menu: HTMLSelectElement;
  private readonly number: HTMLInputElement;
  private readonly means: CodeData[];
  private point: Picked | undefined;

  /**
   * @param label What the point is for.
   * @param first The option to begin with, for instance "class:3".
   * @param withCurrent Offers where the user is now.
   * @param chosen Called when the user chooses.
   */
  constructor(
    private readonly space: Space,
    private readonly walk: Walk,
    label: string,
    first: string,
    withCurrent: boolean,
    private readonly chosen: () => void,
  ) {
    this.means = space.classMeans();
    this.menu = h("select", { "aria-label": label });
    this.menu.append(...this.options(withCurrent));
    this.number = h("input", {
      type: "number",
      min: 0,
      max: space.count - 1,
      value: 0,
      "aria-label": `${label}: number of the image`,
    });
    if (this.menu.querySelector(`option[value="${first}"]`)) this.menu.value = first;
    else if (first.startsWith("class:")) {
      // Fewer classes, or none: an image stands in for each.
      this.menu.value = "index";
      this.number.value = first.slice("class:".length);
    }
    this.element = h("span", { class: "picker" }, this.menu, this.number);
    this.menu.addEventListener("change", () => this.changed());
    this.number.addEventListener("change", () => this.changed());
    this.number.hidden = !this.menu.value.startsWith("index");
    this.point = this.find();
  }

  /** The point chosen. "The current z" and draws stay as they were when chosen. */
  get picked(): Picked {
    this.point ??= this.find();
    return this.point;
  }

  /** Names the image that the user is at now, if it is one. */
  show(index: number | null): void {
    if (index === null) return;
    this.menu.value = index === this.space.data.selection ? "selection" : "index";
    this.number.value = String(index);
    this.number.hidden = this.menu.value !== "index";
    this.point = this.find();
  }

  private changed(): void {
    this.number.hidden = this.menu.value !== "index";
    this.point = this.find();
    this.chosen();
  }

  private find(): Picked {
    const { space } = this;
    const [kind, which] = this.menu.value.split(":") as [Kind, string | undefined];
    switch (kind) {
      case "current":
        return { name: "the current z", z: this.walk.position.slice() };
      case "selection":
        return this.image(space.data.selection ?? 0);
      case "index":
        return this.image(wholeNumber(this.number, space.count - 1));
      case "class":
        return named(this.means[Number(which)], "mean of");
      case "centroid":
        return named(space.data.centroids[Number(which)], "centroid");
      case "mean":
        return { name: "the mean code", z: space.mean() };
      case "prior":
        return {
          name: space.data.prior.name,
          z: drawFrom(space.data.prior, 1, Math.random),
        };
      default:
        return { name: "zero", z: new Float32Array(space.zDim) };
    }
  }

  private image(index: number): Picked {
    return { name: this.space.nameOf(index), z: this.space.code(index), index };
  }

  private options(withCurrent: boolean): HTMLElement[] {
    const { data } = this.space;
    const option = (value: string, text: string) => h("option", { value }, text);
    const group = (label: string, options: HTMLElement[]) =>
      options.length ? [h("optgroup", { label }, ...options)] : [];
    const points = [
      ...(withCurrent ? [option("current", "The current z")] : []),
      ...(data.selection === null
        ? []
        : [option("selection", `Map selection: ${this.space.nameOf(data.selection)}`)]),
      option("index", "Real image no."),
      option("mean", "Mean of all codes"),
      option("zero", "Zero"),
      option("prior", `A draw from ${data.prior.name}`),
    ];
    return [
      ...points,
      ...group(
        "Class means",
        this.means.map(({ name }, i) => option(`class:${i}`, `Mean of ${name}`)),
      ),
      ...group(
        "Cluster centroids",
        data.centroids.map(({ name }, i) => option(`centroid:${i}`, name)),
      ),
    ];
  }
}

function named(code: CodeData, what: string): Picked {
  return { name: `${what} ${code.name}`, z: Float32Array.from(code.z) };
}
