import { fetchRuntime, NoWebAssembly } from "../decoder/runtime";
import type { PadData } from "../shared/contract";
import { h } from "../shared/dom";
import type { Selection } from "../shared/selection";
import type { Send, View } from "../shared/view";
import type { App } from "./app";

/**
 * The pad at one place of the page: it is built anew when the checkpoint changes. Its rules are for
 * bare elements (`button`, `canvas`), so it has a shadow root.
 */
export class PadView implements View<PadData> {
  private readonly root = h("div");
  private readonly style = h("style");
  private readonly host = h("div", { class: "latent-pad" });
  private app: App | undefined;
  private shown = "";
  private token = "";
  private index: number | null = null;
  private key: string | undefined;
  private send: Send | undefined;
  private stopListening: () => void = () => undefined;

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
  ) {
    fetchRuntime().catch(() => undefined); // reported where it is awaited
    this.root.attachShadow({ mode: "open" }).append(this.style, this.host);
    parent.append(this.root);
  }

  update(data: PadData, send: Send): void {
    this.send = send;
    this.listen(data.key);
    const { start, ...rest } = data;
    const shown = JSON.stringify(rest);
    const another = shown !== this.shown;
    if (!another && start.token === this.token) return;
    this.shown = shown;
    this.token = start.token;
    this.index = start.index;
    this.selection.z.set(data.key, start.z, "server");
    if (another) void this.build(data, shown);
  }

  close(): void {
    this.shown = "";
    this.stopListening();
    this.app?.close();
    this.app = undefined;
    this.root.remove();
  }

  private listen(key: string): void {
    if (key === this.key) return;
    this.key = key;
    this.stopListening();
    this.stopListening = this.selection.z.listen(key, (z, origin) => {
      if (origin === "user") this.send?.state("place", { token: this.token, z: [...z] });
      else if (this.host.dataset.state === "ready") this.app?.begin([...z], this.index);
    });
  }

  private async build(data: PadData, wanted: string): Promise<void> {
    this.wait();
    try {
      // Large, and of no use to a preview: fetched with the first pad.
      const { open, style } = await import("./open");
      this.style.textContent = style;
      const released = (z: Float32Array) => {
        if (wanted !== this.shown) return;
        const short = Array.from(z, (value) => Number(value.toPrecision(6)));
        this.selection.z.set(data.key, short, "user");
      };
      const app = await open(data, released, (error) => this.fail(error));
      if (wanted !== this.shown) {
        app.close();
        return;
      }
      this.app?.close();
      this.app = app;
      this.host.replaceChildren(app.element);
      this.host.dataset.state = "ready";
      // Another start may have come meanwhile.
      const z = this.selection.z.get(data.key);
      if (z && z !== data.start.z) app.begin([...z], this.index);
    } catch (error) {
      if (wanted === this.shown) this.fail(error);
    }
  }

  private wait(): void {
    this.host.dataset.state = "loading";
    // While another checkpoint loads, the one shown stays: nothing flickers.
    if (!this.app) this.host.replaceChildren(h("div", { role: "status" }, "Loading the decoder …"));
  }

  /** Says in the image's place why there is none; details are for the console. */
  private fail(error: unknown): void {
    console.error(error);
    this.app?.close();
    this.app = undefined;
    this.host.dataset.state = "failed";
    const text =
      error instanceof NoWebAssembly
        ? error.message
        : "This browser could not load the decoder: reload the page.";
    this.host.replaceChildren(h("div", { class: "caption", role: "alert" }, text));
  }
}
