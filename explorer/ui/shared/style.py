"""The little CSS that the theme in `.streamlit/config.toml` cannot say."""

import streamlit as st

_CSS = """
.stMain .block-container { padding: 0.5rem 1.5rem 2rem; max-width: 1700px; }
@media (max-width: 640px) { .stMain .block-container { padding: 4.2rem 1rem 2rem; } }
[data-testid="stSidebarUserContent"] { padding-top: 0.5rem; }
button[data-variant="segmented_control"] { min-height: 2.5rem; } /* as high as a select box */
/* The controls of the map fit into one row at 1440 pixels. */
.st-key-map-controls button[data-variant="segmented_control"] { padding-inline: 0.55rem; }
/* Captions are read as other texts are; Streamlit's are too pale (4.2 : 1). */
[data-testid="stCaptionContainer"] { color: light-dark(#4c5160, #b9bec9); opacity: 1; }
/* White on the dark theme's bright accent is too pale (2.4 : 1). */
[data-testid="stBaseButton-primary"]:enabled { color: light-dark(#ffffff, #14171f); }
/* The cluster page: controls in one row, maps that take the height above the tabs. */
:is(.st-key-cluster-controls, .st-key-compare-controls) > * { flex: 1 1 9rem; max-width: 15rem; }
.st-key-cluster-controls > :has(.stPopover) { flex: 0 0 auto; }
.st-key-cluster-controls > :has(.stButtonGroup) { flex: 0 0 auto; max-width: none; }
.st-key-cluster-status { min-height: 2.6rem; }
:is(.st-key-cluster-maps, .st-key-compare-maps) .explorer-map {
  height: clamp(22rem, calc(100vh - 25rem), 46rem); }
:is(.st-key-cluster-maps, .st-key-compare-maps) > * { min-width: min(22rem, 100%); }
/* On a narrow screen the controls are one row that scrolls: the map is seen at once. */
@media (max-width: 640px) {
  :is(.st-key-map-controls, .st-key-cluster-controls) { flex-wrap: nowrap; overflow-x: auto; }
  .st-key-map-controls > * { flex: 0 0 auto; }
  .st-key-cluster-controls > * { flex: 0 0 13rem; } /* the next one is seen, too */
  :is(.st-key-map-controls, .st-key-cluster-controls) [role="radiogroup"] { flex-wrap: nowrap; }
}
/* Nothing is old news: it fades neither while a job is watched nor while another is drawn. */
[data-stale="true"] { opacity: 1 !important; transition: none !important; }
.explorer-title { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.9rem; }
.explorer-title h1 { padding: 0; font-size: 1.35rem; line-height: 1.4; }
.explorer-title p { margin: 0; font-size: 1rem; }
/* Terms of the glossary: what they mean is told on hover, and when they have the focus. */
[data-testid="stCaptionContainer"] p { position: relative; }
.explorer-term { font-style: normal; text-decoration: underline dotted;
  text-underline-offset: 0.2em; cursor: help; }
.explorer-term span { display: none; position: absolute; left: 0; z-index: 10; max-width: 32rem;
  margin-top: 1.5em; padding: 0.5rem 0.75rem; border-radius: 0.5rem; line-height: 1.4;
  color: light-dark(#ffffff, #14171f); background: light-dark(#1f2430, #e6e8ee); }
.explorer-term:is(:hover, :focus) span { display: block; }
.explorer-network { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.explorer-network :is(th, td) { padding: 0.2rem 0.8rem 0.2rem 0; border: none; text-align: left; }
.explorer-network th[scope="rowgroup"] { padding-top: 0.7rem; }
.explorer-network td:nth-child(2) { width: 34%; text-align: center; }
.explorer-network :is(th, td):nth-child(n + 3) { text-align: right; white-space: nowrap; }
.explorer-network i { display: inline-block; height: 0.9rem; border-radius: 0.2rem;
  background: color-mix(in srgb, currentColor 35%, transparent); }
.stMain .katex { font-size: 1.3em; } /* its smallest letters are 14 pixels high */
.explorer-facts div { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.875rem;
  line-height: 1.7; }
.explorer-facts span { opacity: 0.8; }
.explorer-facts b { font-weight: 600; text-align: right; }
.explorer-chips { display: flex; flex-wrap: wrap; gap: 0.15rem 0.9rem; font-size: 0.875rem; }
.explorer-chips i { display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.35em;
  border-radius: 50%; }
/* The map and, as high as it is, the panel beside it. */
:root { --explorer-map-height: max(26rem, calc(100vh - 13.75rem)); }
@media (max-width: 640px) { :root { --explorer-map-height: 75vh; } }
/* Nothing jumps when the map arrives: its own element is not there before its script. */
.st-key-map-place, .st-key-map-3d, .st-key-frame { min-height: var(--explorer-map-height); }
.st-key-map-controls { margin-top: -0.75rem; }
.st-key-map-body { align-items: flex-start; }
.st-key-map-body > * { flex: 1 1 100%; }
@media (min-width: 900px) {
  .st-key-map-body { flex-wrap: nowrap; }
  .st-key-map-body > :has(> .st-key-map-scatter) { flex: 1 1 0; min-width: 0; }
  .st-key-map-body > :has(> .st-key-map-side) { flex: 0 0 20rem; }
  .st-key-map-side { height: var(--explorer-map-height); overflow-y: auto;
    flex-wrap: nowrap; padding-right: 0.4rem; }
}
.st-key-selected-summary > :last-child { flex: 0 0 5rem; min-width: 0; }
.explorer-code { position: relative; display: flex; height: 6.5rem; margin: 0.5rem 0 1.5rem 2rem;
  font-size: 14px; }
.explorer-code p { position: absolute; right: 100%; margin: 0 0.3rem 0 0;
  transform: translateY(-50%); font-size: 14px; }
.explorer-code hr { position: absolute; left: 0; right: 0; margin: 0; border: none;
  border-top: 1px solid; opacity: 0.4; }
.explorer-code div { position: relative; flex: 1 1 0; }
.explorer-code i, .explorer-code b { position: absolute; }
.explorer-code i { left: 8%; right: 8%; background: rgba(140, 140, 150, 0.3); }
.explorer-code b { left: 28%; right: 28%; }
.explorer-code span { position: absolute; top: calc(100% + 0.2rem); left: 0; right: 0;
  text-align: center; }
.explorer-rulers { display: grid; grid-template-columns: auto 1fr; gap: 0.3rem 0.6rem;
  align-items: center; margin-top: 0.6rem; font-size: 14px; line-height: 1.2; }
.explorer-rulers div div { position: relative; height: 0.55rem; }
.explorer-rulers i, .explorer-rulers b { position: absolute; top: 0; bottom: 0; }
.explorer-rulers i { border-radius: 0.1rem; }
.explorer-rulers b { width: 2px; margin-left: -1px; background: currentColor; }
.explorer-rulers p { display: flex; justify-content: space-between; margin: 0; font-size: 14px; }
.explorer-counts { display: grid; grid-template-columns: auto 1fr auto; gap: 0 0.4rem;
  align-items: center; font-size: 14px; line-height: 1.35; }
.explorer-counts i { height: 0.8em; border-radius: 0.15rem; min-width: 1px; }
.explorer-counts b { font-weight: 600; text-align: right; }
.explorer-table { width: 100%; font-size: 14px; }
.explorer-table caption { text-align: left; }
.explorer-table :is(td, th) { padding: 0 0.4rem 0 0; text-align: left; }
"""


def apply() -> None:
    """Apply it to the page."""
    st.html(f"<style>{_CSS}</style>")
