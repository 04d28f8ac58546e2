/** What a link to the page holds after its #: which picture, which image, which code. */
export interface Link {
  projection?: string;
  colour?: string;
  /** Index of an image. */
  point?: number;
  /** Where the sliders are. */
  z?: number[];
}

const MOST = 1000; // no z of a link lies farther out: real codes are of the order of 1

/**
 * @param count How many images there are.
 * @param zDim How many numbers a code has.
 * @returns What can be used; the rest is left out.
 */
export function readLink(hash: string, count: number, zDim: number): Link {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const link: Link = {};
  const point = given.get("point");
  if (point && /^\d+$/.test(point) && Number(point) < count) link.point = Number(point);
  const z = given.get("z")?.split(",") ?? [];
  const numbers = z.map((value) => (value.trim() ? Number(value) : Number.NaN));
  if (z.length === zDim && numbers.every((value) => Math.abs(value) <= MOST)) link.z = numbers;
  link.projection = given.get("projection") ?? undefined;
  link.colour = given.get("colour") ?? undefined;
  return link;
}

export function writeLink({ projection, colour, point, z }: Link): string {
  const held = { projection, colour, point, z: z?.join(",") };
  const told = Object.entries(held).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`],
  );
  return `#${told.join("&")}`;
}
