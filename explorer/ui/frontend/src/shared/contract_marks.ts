// Written by `python -m explorer.ui.components.typescript` from contract_marks.py.

/** A cross on a map, with its name beside it. */
export interface CrossData {
  name: string;
  x: number;
  y: number;
}

/** An image of the plane behind the points. */
export interface CellsData {
  /** Its address; the first row is the highest. */
  src: string;
  /** Where it ends, as the other three. */
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** What is drawn on a map besides its points. */
export interface MarksData {
  crosses: CrossData[];
  /** Closed, each as x, y, x, y, … */
  outlines: number[][];
  cells: CellsData | null;
}
