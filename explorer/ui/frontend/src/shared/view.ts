import type { Heard, Message } from "./contract";

/** Takes something to Python: a trigger causes one rerun, a state is kept. */
export interface Send {
  trigger<K extends keyof Heard>(name: K, value: Heard[K]): void;
  state<K extends keyof Heard>(name: K, value: Heard[K]): void;
}

/** One place in the page, from when it appears until it goes. */
export interface View<Data extends Message = Message> {
  /** Shows other data; called once at first. */
  update(data: Data, send: Send): void;
  close(): void;
}

/** Stands in for a view whose code is fetched when it is first needed. */
export class Lazy<Data extends Message> implements View<Data> {
  private view: View<Data> | undefined;
  private latest: [Data, Send] | undefined;
  private closed = false;

  constructor(parent: HTMLElement, load: () => Promise<View<Data>>) {
    load().then(
      (view) => {
        if (this.closed) return view.close();
        this.view = view;
        if (this.latest) view.update(...this.latest);
      },
      (error: unknown) => {
        console.error(error);
        if (!this.closed) parent.append("This could not be loaded: reload the page.");
      },
    );
  }

  update(data: Data, send: Send): void {
    this.latest = [data, send];
    this.view?.update(data, send);
  }

  close(): void {
    this.closed = true;
    this.view?.close();
  }
}
