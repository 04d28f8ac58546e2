import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { Chart } from "./chart/chart";
import { GroupLink, PointLink } from "./chart/link";
import { Preview } from "./decoder/preview";
import { Gallery } from "./gallery/gallery";
import { SaveButton } from "./map/save";
import { PadView } from "./pad/view";
import { watchServer } from "./shared/away";
import type { Heard, Message } from "./shared/contract";
import { stepByStep } from "./shared/history";
import { Selection } from "./shared/selection";
import { Lazy, type View } from "./shared/view";

/** All components of a page share this module, and so this store. */
const selection = new Selection();

stepByStep(window);
watchServer(document);

type Role = Message["role"];
type Of<R extends Role> = Extract<Message, { role: R }>;

const VIEWS: { [R in Role]: (parent: HTMLElement) => View<Of<R>> } = {
  gallery: (parent) => new Gallery(parent, selection),
  chart: (parent) => new Chart(parent, selection),
  map: (parent) =>
    new Lazy(parent, async () => {
      const { ScatterMap } = await import("./map/scattermap");
      return new ScatterMap(parent, selection);
    }),
  point: () => new PointLink(selection),
  group: () => new GroupLink(selection),
  preview: (parent) => new Preview(parent, selection),
  save: (parent) => new SaveButton(parent, selection),
  pad: (parent) => new PadView(parent, selection),
  grid: (parent) =>
    new Lazy(parent, async () => {
      const { Grid } = await import("./replay/grid");
      return new Grid(parent);
    }),
  story: (parent) =>
    new Lazy(parent, async () => {
      const { Story } = await import("./story/story");
      return new Story(parent);
    }),
  replay: (parent) =>
    new Lazy(parent, async () => {
      const { Replay } = await import("./replay/replay");
      return new Replay(parent, selection);
    }),
};

interface Mount {
  role: Role;
  view: View;
  calls: number;
}

const mounts = new WeakMap<Node, Mount>();

/** Streamlit calls this on each rerun whose data differ, and the returned function at the end. */
const frontend: FrontendRenderer<Partial<Heard>, [Message]> = (component) => {
  const { setStateValue, setTriggerValue } = component;
  const [data] = component.data;
  const parent = component.parentElement as HTMLElement;
  let mount = mounts.get(parent);
  if (mount?.role !== data.role) {
    mount?.view.close();
    mount = { role: data.role, view: VIEWS[data.role](parent) as View, calls: 0 };
    mounts.set(parent, mount);
  }
  const { view } = mount;
  mount.calls += 1;
  const call = mount.calls;
  view.update(data, { trigger: setTriggerValue, state: setStateValue });
  return () => {
    // A call that another one overtook is cleaned up too, while the place remains.
    if (mounts.get(parent)?.view !== view || mount.calls !== call) return;
    mounts.delete(parent);
    view.close();
  };
};

export default frontend;
