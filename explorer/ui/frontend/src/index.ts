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

type Make<R extends Role> = (parent: HTMLElement) => View<Of<R>>;

/** A view whose code is fetched when it is first needed. */
function lazy<R extends Role>(
  load: () => Promise<new (parent: HTMLElement, selection: Selection) => View<Of<R>>>,
): Make<R> {
  return (parent) => new Lazy(parent, async () => new (await load())(parent, selection));
}

const VIEWS: { [R in Role]: Make<R> } = {
  gallery: (parent) => new Gallery(parent, selection),
  chart: (parent) => new Chart(parent, selection),
  map: lazy(async () => (await import("./map/scattermap")).ScatterMap),
  bars: lazy(async () => (await import("./code/bars")).CodeBars),
  point: () => new PointLink(selection),
  group: () => new GroupLink(selection),
  preview: (parent) => new Preview(parent, selection),
  save: (parent) => new SaveButton(parent, selection),
  pad: (parent) => new PadView(parent, selection),
  grid: lazy(async () => (await import("./replay/grid")).Grid),
  story: (parent) =>
    new Lazy(parent, async () => new (await import("./story/story")).Story(parent)),
  replay: lazy(async () => (await import("./replay/replay")).Replay),
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
