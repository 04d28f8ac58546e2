import { describe, expect, it, vi } from "vitest";
import { Scoped } from "../src/shared/selection";

describe("Scoped", () => {
  it("keeps one value for each scope, and tells who listens to it, and who made it", () => {
    const point = new Scoped<number>();
    const [map, other] = [vi.fn(), vi.fn()];
    point.listen("map", map);
    point.listen("other", other);
    point.set("map", 3, "user");
    point.set("map", 4, "server");
    expect(map.mock.calls).toEqual([
      [3, "user"],
      [4, "server"],
    ]);
    expect(other).not.toHaveBeenCalled();
    expect([point.get("map"), point.get("other")]).toEqual([4, undefined]);
  });

  it("tells the same value again: to click twice is two clicks", () => {
    const point = new Scoped<number>();
    const listener = vi.fn();
    point.listen("map", listener);
    point.set("map", 3, "user");
    point.set("map", 3, "user");
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("tells nobody who stopped listening, even while it tells", () => {
    const point = new Scoped<number>();
    const stopped = vi.fn();
    const stop = point.listen("map", stopped);
    point.listen("map", stop);
    stop();
    point.set("map", 3, "user");
    expect(stopped).not.toHaveBeenCalled();
  });
});
