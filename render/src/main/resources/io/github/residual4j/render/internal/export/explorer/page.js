const names = ["stream", "attention", "lens", "attribution", "patching", "numbers"].filter(name => name in panels);
const tabs = names.map(name => make("button", {type: "button", role: "tab", id: "tab-" + name, "aria-controls": name}, panels[name].title));
const tokenButtons = data.tokens.map((text, i) => make("button", {type: "button", role: "radio", "aria-label": tokenName(i)},
  piece(visible(text)), make("small", {}, data.positions[i])));
const REMEMBERED = "residual4j-theme";

function draw() {
  mark(tabs, "aria-selected", names.indexOf(state.tab));
  mark(tokenButtons, "aria-checked", state.token);
  names.forEach(name => element(name).hidden = name !== state.tab);
  panels[state.tab].draw();
  reveal(element("tabs"), tabs[names.indexOf(state.tab)]);
  reveal(element("tokens"), tokenButtons[state.token]);
}

function chooseTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  element("theme").textContent = dark ? "Light" : "Dark";
  element("theme").setAttribute("aria-pressed", String(dark));
  maps = mapsOf(dark ? "dark" : "light");
  draw();
}

/** The theme that was chosen before, or the system's; a browser may refuse to remember anything. */
function rememberedTheme() {
  try {
    const theme = localStorage.getItem(REMEMBERED);
    if (theme) return theme === "dark";
  } catch (e) { /* then the system's */ }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

element("theme").addEventListener("click", () => {
  chooseTheme(document.documentElement.dataset.theme !== "dark");
  try {
    localStorage.setItem(REMEMBERED, document.documentElement.dataset.theme);
  } catch (e) { /* it holds for this visit */ }
});
if (data.next.length) {
  element("next").hidden = false;
  element("next").append(...data.next.flatMap(next => [" ", make("span", {}, piece(visible(next.text), {class: "piece"}),
    " " + percent(next.probability))]));
}
element("tabs").append(...tabs);
element("tokens").append(...tokenButtons);
roving(element("tabs"), tabs, "tab", i => {
  play(false);
  show({tab: names[i]});
});
roving(element("tokens"), tokenButtons, "radio", i => show({token: i}));
document.addEventListener("keydown", event => {
  if (event.altKey || event.ctrlKey || event.metaKey || ["INPUT", "SELECT"].includes(event.target.tagName)) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    choosePoint(state.point + (event.key === "ArrowLeft" ? -1 : 1));
  } else if (event.key === " " && state.tab === "stream" && !["BUTTON", "A"].includes(event.target.tagName)) {
    play(!timer);
  } else {
    return;
  }
  event.preventDefault();
});
addEventListener("hashchange", () => {
  readAddress();
  draw();
});
addEventListener("resize", draw);
readAddress();
chooseTheme(rememberedTheme());
