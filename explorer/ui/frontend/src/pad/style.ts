import draw from "../draw/draw.css";
import inside from "../inside/inside.css";
import map from "../map/map.css";
import controls from "./controls.css";
import pad from "./pad.css";
import pictures from "./pictures.css";
import sliders from "./sliders.css";
import tabs from "./tabs.css";
import whereami from "./whereami.css";

/** The style of the pad, its parts from top to bottom: later rules win over earlier ones. */
export const style = [map, pad, controls, sliders, pictures, whereami, tabs, draw, inside].join(
  "\n",
);
