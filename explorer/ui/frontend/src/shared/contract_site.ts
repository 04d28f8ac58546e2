// Written by `python -m explorer.ui.components.typescript` from contract_site.py.

import type { GroupColorData, PadData, ScatterMapData, ValueColorData } from "./contract";

/** Something that the points of a map can be coloured by. */
export interface SiteColourData {
  /** In links. */
  name: string;
  /** In the form. */
  title: string;
  /** What must be known to read its colours, as `SitePictureData.caption`, or "". */
  note: string;
  color: GroupColorData | ValueColorData;
}

/** A projection of the test images. */
export interface SitePictureData {
  /** In links. */
  name: string;
  /** In the form. */
  title: string;
  /** What one must know to read it; what is between two pairs of stars is bold. */
  caption: string;
  map: ScatterMapData;
  /** The first one is that of `map`. */
  colours: SiteColourData[];
}

/** Everything on the page. Addresses are relative to it. */
export interface SiteData {
  /** The first one is shown first. */
  pictures: SitePictureData[];
  pad: PadData;
  /** How many test images there are. */
  count: number;
  /** Index of the image that is chosen first. */
  point: number;
  /** Of reconstruction errors. */
  error_unit: string;
  /** What the bars of a code are. */
  code_caption: string;
  /** What words of the captions mean. */
  terms: Record<string, string>;
}
