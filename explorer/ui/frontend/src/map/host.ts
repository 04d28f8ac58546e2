/** Answers the page's messages, in a worker or in the page itself. */
import type { Command, FromWorker, Request, ToWorker } from "./messages";
import { Painter } from "./painter";
import { Scene } from "./scene";

export type Post = (message: FromWorker, transfer: Transferable[]) => void;

export class Host {
  private readonly scene = new Scene();
  private readonly painter: Painter;

  constructor(private readonly post: Post) {
    this.painter = new Painter(this.scene, (drawn) => post({ kind: "drawn", drawn }, []));
  }

  hear(message: ToWorker): void {
    if ("id" in message) void this.reply(message);
    else this.obey(message);
  }

  private async reply(request: Request): Promise<void> {
    const { id } = request;
    try {
      const answer = await this.answer(request);
      const owned = ArrayBuffer.isView(answer) ? [answer.buffer as ArrayBuffer] : [];
      this.post({ kind: "answer", id, answer }, owned);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.post({ kind: "answer", id, error: reason }, []);
    }
  }

  private answer(request: Request): unknown {
    const { scene, painter } = this;
    switch (request.kind) {
      case "load": {
        scene.load(request.ask.columns, request.ask.seed);
        painter.restart();
        return { count: scene.count, bounds: scene.bounds };
      }
      case "color":
        scene.color(request.ask.colors, request.ask.palette);
        painter.changed();
        return undefined;
      case "group":
        scene.group(request.ask.column);
        painter.changed();
        return undefined;
      case "travel": {
        const { columns, milliseconds, view } = request.ask;
        const bounds = scene.depart(columns);
        if (view) painter.look(view, milliseconds);
        return painter.depart(milliseconds).then(() => ({ bounds }));
      }
      case "hover":
        return painter.hover(request.ask, request.ask.reach);
      case "stack":
        return painter.stack(request.ask, request.ask.reach);
      case "inside":
        return scene.inside(request.ask.polygon);
      case "places":
        return scene.places(request.ask.bounds);
      case "positions":
        return scene.positions(request.ask.points);
      case "whole":
        return painter.whole();
    }
  }

  private obey(command: Command): void {
    const { scene, painter } = this;
    switch (command.kind) {
      case "open":
        painter.open(command.canvas);
        break;
      case "size":
        painter.resize(command.size, command.ratio);
        break;
      case "view":
        painter.look(command.view, command.milliseconds);
        break;
      case "show":
        scene.show(command.visible);
        painter.changed();
        break;
      case "select":
        scene.select(command.mask);
        painter.changed();
        break;
      case "close":
        painter.close();
        break;
    }
  }
}
