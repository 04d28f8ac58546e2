import draw from "../draw/draw.css";
import inside from "../inside/inside.css";
import map from "../map/map.css";
import controls from "./controls.css";
import pad from "./pad.css";
import pictures from "./pictures.css";
import sliders from "./sliders.css";
import tabs from "./tabs.css";
import terms from "./terms.css";
import whereami from "./whereami.css";

/** From top to bottom: later rules win over earlier ones. */
const parts = [map, pad, controls, sliders, terms, pictures, whereami, tabs, draw, inside];
/** The style of the pad. */
export const style = parts.join("\n");
