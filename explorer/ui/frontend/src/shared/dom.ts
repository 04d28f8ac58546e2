/** Small helpers to build elements without a framework. */

type Child = Node | string | null;

interface Attributes {
  class?: string;
  [attribute: string]: string | number | boolean | undefined;
}

/** Creates an element; true sets an attribute without value, false and undefined leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Creates an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

export function button(text: string, title: string, act: () => void): HTMLButtonElement {
  const element = h("button", { type: "button", title }, text);
  element.addEventListener("click", act);
  return element;
}

export function select(
  label: string,
  options: { value: string; text: string }[],
  act: (value: string) => void,
): HTMLSelectElement {
  const element = h("select", { "aria-label": label });
  for (const { value, text } of options) element.append(h("option", { value }, text));
  element.addEventListener("change", () => act(element.value));
  return element;
}

/** A control with its caption above it. */
export function field(caption: string, ...controls: Node[]): HTMLLabelElement {
  return h("label", { class: "field" }, h("span", {}, caption), ...controls);
}

/** The whole number in a box, brought into [0, last]; the box then shows what is used. */
export function wholeNumber(box: HTMLInputElement, last: number): number {
  const number = Math.min(last, Math.max(0, Math.round(Number(box.value)) || 0));
  box.value = String(number);
  return number;
}

let count = 0;

/** An id that is used nowhere else in the page. */
export function uniqueId(prefix: string): string {
  count += 1;
  return `${prefix}-${count}`;
}

/** "+1.20" or "−0.35": a sign that keeps its width. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? "−" : "+"}${text}`;
}

const styles = new Set<string>();

/** Adds rules to the page, once however often they are asked for. */
export function addStyle(text: string): void {
  if (styles.has(text)) return;
  styles.add(text);
  document.head.append(h("style", {}, text));
}
