// Written by `python -m explorer.ui.components.typescript` from contract_save.py.

/** A button that saves the maps of a name, side by side, as a PNG. */
export interface SaveData {
  role: "save";
  /** The name of the maps. */
  maps: string;
  /** Stands over them, and names the file. */
  title: string;
  /** Stands below them. */
  notes: string;
}
