import { h } from "../shared/dom";

const KEPT = 512;

/** The last decoding times, and a line that tells them. */
export class Timing {
  readonly element = h("p", { class: "caption timing" }, "Decoded in your browser");
  private readonly times: number[] = [];
  private at = 0;

  add(milliseconds: number): void {
    this.times[this.at] = milliseconds;
    this.at = (this.at + 1) % KEPT;
  }

  /** The time that a share of the last decodes kept to. */
  quantile(share: number): number {
    const sorted = this.times.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  }

  show(): void {
    if (!this.times.length) return;
    const [median, p95] = [this.quantile(0.5), this.quantile(0.95)];
    this.element.textContent = `Decoded in your browser: ${median.toFixed(1)} ms`;
    this.element.title = `95 % within ${p95.toFixed(1)} ms (last ${this.times.length} images)`;
    this.element.dataset.p95 = p95.toFixed(2);
    this.element.dataset.median = median.toFixed(2);
  }
}
