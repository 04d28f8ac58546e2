import { h } from "./dom";

/** Gives the user a file. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  h("a", { href: address, download: name }).click();
  // The browser has its own hold on the content once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
