// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { CodeBars } from "../src/code/bars";

describe("CodeBars", () => {
  it("draws each dimension over its usual range, zero being a line", () => {
    const bars = new CodeBars(document.body);
    bars.update({ role: "bars", z: [2, -1], low: [-1, -2], high: [1, 1] });
    const [{ children, ariaLabel }] = document.querySelectorAll(".explorer-code");
    expect(ariaLabel ?? document.querySelector("[aria-label]")?.getAttribute("aria-label")).toBe(
      "Code of the image: 2.00, -1.00",
    );
    const [top, bottom, zero, first, second] = [...children];
    expect([top.textContent, bottom.textContent]).toEqual(["2.0", "−2.0"]);
    expect(zero.getAttribute("style")).toBe("top:50.00%");
    const places = (bar: Element) =>
      [...bar.querySelectorAll("i, b")].map((part) => part.getAttribute("style"));
    expect(places(first)).toEqual(["top:25.00%;height:50.00%", "top:0.00%;height:50.00%"]);
    expect(places(second)).toEqual(["top:25.00%;height:75.00%", "top:50.00%;height:25.00%"]);
    expect(first.getAttribute("title")).toBe("z0 = 2.00; usual -1.00 to 1.00");
    bars.update({ role: "bars", z: [2], low: [-0.01], high: [1] });
    expect(document.querySelectorAll(".explorer-code p")[1].textContent).toBe("0");
    bars.close();
    expect(document.querySelector(".explorer-code")).toBeNull();
  });

  it("numbers at most twelve of many dimensions", () => {
    const bars = new CodeBars(document.body);
    const z = new Array(256).fill(0.5);
    bars.update({ role: "bars", z, low: z.map(() => -1), high: z.map(() => 1) });
    const numbers = [...document.querySelectorAll(".explorer-code span")].map(
      (number) => number.textContent,
    );
    expect(numbers).toHaveLength(256);
    expect(numbers.filter(Boolean)).toEqual(Array.from({ length: 12 }, (_, i) => String(22 * i)));
    bars.close();
  });
});
