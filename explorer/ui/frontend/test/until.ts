import { vi } from "vitest";

/** Waits until a check passes: a minute, since a busy machine is slow. */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 60_000, interval: 10 });
}
