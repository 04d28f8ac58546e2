import { h } from "../shared/dom";

/** A term that tells what it means on hover, and when it has the keyboard's focus. */
export function term(name: string, meaning: string): HTMLElement {
  return h("dfn", { tabindex: 0 }, name, h("span", { role: "tooltip" }, meaning));
}

/**
 * Lets the captions within an element tell what their terms mean, each at its first mention.
 *
 * @param terms Meanings, by name.
 */
export function explain(element: HTMLElement, terms: Record<string, string>): void {
  const names = Object.keys(terms).sort((a, b) => b.length - a.length);
  if (!names.length) return;
  const any = new RegExp(`(?<![\\w-])(${names.join("|")})(?![\\w-])`);
  const told = new Set<string>();
  for (const caption of element.querySelectorAll("p.caption")) {
    for (const text of [...caption.childNodes]) {
      if (!(text instanceof Text)) continue;
      const parts = text.data.split(any); // every other one is a term
      text.replaceWith(
        ...parts.map((part, i) => {
          if (i % 2 === 0 || told.has(part)) return part;
          told.add(part);
          return term(part, terms[part]);
        }),
      );
    }
  }
}
