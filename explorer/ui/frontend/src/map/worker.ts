/** The map's worker: a host of its own thread. */
import { Host } from "./host";
import type { ToWorker } from "./messages";

const host = new Host((message, transfer) => postMessage(message, { transfer }));
addEventListener("message", (event: MessageEvent<ToWorker>) => host.hear(event.data));
