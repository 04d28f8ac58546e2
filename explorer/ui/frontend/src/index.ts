import type { FrontendRendererArgs } from "@streamlit/component-v2-lib";
import type { App } from "./app";
import { fetchRuntime, NoWebAssembly } from "./assets";
import { h } from "./dom";
import { Preview } from "./preview";
import style from "./style.css";
import type { PadData, PreviewData } from "./types";

/** `place` says which start the released z belongs to: an answer may cross with a new one. */
type State = { place: { token: string; z: number[] } | null };
type Arguments = FrontendRendererArgs<State, PadData | PreviewData | null>;

const mounts = new WeakMap<Arguments["parentElement"], Mount | Preview>();

/** Streamlit calls this on each rerun whose data differ, and the returned function at the end. */
export default function latentPad({ parentElement: parent, data, setStateValue }: Arguments) {
  let mount = mounts.get(parent);
  if (data?.role === "preview") {
    if (!(mount instanceof Preview)) mount = new Preview(parent);
    mount.update(data);
  } else {
    if (!(mount instanceof Mount)) mount = new Mount(parent);
    mount.update(data, setStateValue);
  }
  mounts.set(parent, mount);
  return () => {
    mounts.get(parent)?.close();
    mounts.delete(parent);
  };
}

/** The pad at one place of the page: it is built anew when the checkpoint changes. */
class Mount {
  private readonly host = h("div", { class: "latent-pad" });
  private readonly style = h("style", {}, style);
  private app: App | undefined;
  private shown = "";
  private token = "";
  private tell: Arguments["setStateValue"] = () => undefined;

  constructor(parent: Arguments["parentElement"]) {
    fetchRuntime().catch(() => undefined); // told where it is awaited
    parent.append(this.style, this.host);
  }

  update(data: PadData | null, setStateValue: Arguments["setStateValue"]): void {
    this.tell = setStateValue;
    if (!data) return;
    const { start, ...rest } = data;
    const shown = JSON.stringify(rest);
    if (shown !== this.shown) {
      this.shown = shown;
      this.token = start.token;
      void this.build(data, shown);
    } else if (start.token !== this.token) {
      this.token = start.token;
      this.app?.begin(start.z);
    }
  }

  close(): void {
    this.shown = "";
    this.app?.close();
    this.app = undefined;
    this.host.remove();
    this.style.remove();
  }

  private async build(data: PadData, wanted: string): Promise<void> {
    this.wait();
    try {
      // Large, and of no use to a preview: fetched with the first pad.
      const { open } = await import("./open");
      const released = (z: Float32Array) => {
        const short = Array.from(z, (value) => Number(value.toPrecision(6)));
        this.tell("place", { token: this.token, z: short });
      };
      const app = await open(data, released, (error) => this.fail(error));
      if (wanted !== this.shown) {
        app.close();
        return;
      }
      this.app?.close();
      this.app = app;
      this.host.replaceChildren(this.app.element);
      this.host.dataset.state = "ready";
    } catch (error) {
      if (wanted === this.shown) this.fail(error);
    }
  }

  private wait(): void {
    this.host.dataset.state = "loading";
    // While another checkpoint loads, the one shown stays: nothing flickers.
    if (this.app) return;
    const text = "Loading the decoder …";
    this.host.replaceChildren(h("p", { class: "caption", role: "status" }, text));
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
    this.host.replaceChildren(h("p", { class: "caption", role: "alert" }, text));
  }
}
