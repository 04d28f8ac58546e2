// Runs before the page is drawn, and where modules cannot: its theme, and why it stays empty.
const { dataset } = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => {
  dataset.theme = dark.matches ? "dark" : "light";
};
follow();
dark.addEventListener("change", follow);
dataset.state = location.protocol === "file:" ? "file" : "loading";
const failed = ({ target }) => {
  if (target.localName === "script" && dataset.state === "loading") dataset.state = "failed";
};
addEventListener("error", failed, true);
