/** A button that saves the maps of a name, as they are seen, as one picture. */
import type { SaveData } from "../shared/contract";
import { addStyle, button } from "../shared/dom";
import { save } from "../shared/save";
import type { Selection } from "../shared/selection";
import type { View } from "../shared/view";
import style from "./save.css";

export class SaveButton implements View<SaveData> {
  private readonly element = button("Save as a picture", "Save both maps as one PNG", () => {
    void this.save();
  });
  private data?: SaveData;

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
  ) {
    addStyle(style);
    this.element.className = "explorer-save";
    parent.append(this.element);
  }

  update(data: SaveData): void {
    this.data = data;
  }

  close(): void {
    this.element.remove();
  }

  private async save(): Promise<void> {
    const { data } = this;
    const maps = (data && this.selection.maps.get(data.maps)) ?? [];
    if (!data || !maps.length) return;
    const { portrait } = await import("./portrait");
    const name = data.title.replace(/[^\w-]+/g, "-");
    portrait(maps, data).toBlob((blob) => blob && save(blob, `${name}.png`), "image/png");
  }
}
