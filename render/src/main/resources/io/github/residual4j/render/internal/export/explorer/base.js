const data = JSON.parse(document.getElementById("data").textContent);
const floats = decoded(data.values);
const element = id => document.getElementById(id);
const points = data.points.length, tokens = data.tokens.length, width = data.width;
let maps = mapsOf("light"); // in the theme that is shown

/** Little-endian float32, as every browser's processor has it. */
function decoded(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}

/** A number of a measure at a place on each axis. */
function at(measure, ...index) {
  let i = 0;
  measure.axes.forEach((axis, a) => i = i * axis.labels.length + index[a]);
  return floats[measure.at + i];
}

/** As {@link visible}, between marks that keep the direction of its script from what stands around it. */
const isolated = text => "\u2068" + visible(text) + "\u2069";

const minus = text => text.replace(/^-/, "−");

/** With its sign, but for what is zero as far as it is written. */
function signed(v, digits) {
  const size = Math.abs(v).toFixed(digits);
  return (Number(size) === 0 ? "" : v < 0 ? "−" : "+") + size;
}

const percent = p => p >= 0.0005 ? (100 * p).toFixed(1) + " %" : rounded(100 * p, 2) + " %";

/** A short name of a point, a hook or a head: "L3 mid", "L3 MLP", "L3 H2". */
function short(name) {
  return name.replace(/^blocks\.(\d+)\./, "L$1 ").replace("resid_", "").replace("attn.head.", "H")
    .replace("attn.bias", "attention bias").replace("attn_out", "attention").replace("mlp_out", "MLP");
}

const pointName = point => visible(data.points[point]);
const tokenName = token => "token " + data.positions[token] + " " + isolated(data.tokens[token]);

/** An element with attributes, listeners (onclick and the like) and children. */
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "line", "circle", "text", "rect"].includes(tag);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** What a token or a label reads, isolated from the script around it; bytes come before the character they belong to. */
function piece(text, attributes = {}) {
  return make("bdi", {dir: /^(▸ )?(\d+ )?⟨/.test(text) ? "ltr" : "auto", ...attributes}, text);
}

/** The colour of a share of a map's range; NaN has one of its own. */
function color(map, unit) {
  return Number.isNaN(unit) ? css("--missing") : map[Math.max(0, Math.min(255, Math.floor(unit * 256)))];
}

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Black or white, whichever is read better on a colour (WCAG's relative luminance). */
function inkOn(hex) {
  const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

const gradient = map => "linear-gradient(to right," + map.filter((_, i) => i % 15 === 0).join() + ")";

function showBar(id, map) {
  element(id).style.background = gradient(map);
}

/** The colours of shares, signed values and states in a theme. */
function mapsOf(theme) {
  return Object.fromEntries(Object.entries(data[theme]).map(([name, colors]) => [name, colors.match(/.{6}/g).map(c => "#" + c)]));
}

/** Choices of which one is taken: the arrow keys go from one to the next, the tabulator to the chosen one. */
function roving(group, buttons, role, choose, columns = 1) {
  group.addEventListener("keydown", event => {
    const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
      Home: -buttons.length, End: buttons.length}[event.key];
    const from = buttons.indexOf(event.target.closest("[role=" + role + "]"));
    if (!step || from < 0) return;
    const to = Math.max(0, Math.min(buttons.length - 1, from + step));
    choose(to);
    buttons[to].focus();
    event.preventDefault();
    event.stopPropagation();
  });
  buttons.forEach((button, i) => button.addEventListener("click", () => choose(i)));
}

function mark(buttons, attribute, chosen) {
  buttons.forEach((button, i) => {
    button.setAttribute(attribute, String(i === chosen));
    button.tabIndex = i === chosen ? 0 : -1;
  });
}

/** A frame of two lines, to be seen on every colour. */
function outline(context, x, y, wide, high) {
  for (const [line, ink] of [[4, "--back"], [2, "--text"]]) {
    context.lineWidth = line;
    context.strokeStyle = css(ink);
    context.strokeRect(x, y, wide, high);
  }
}

/** Scrolls a box sideways so far that a part of it is seen beside what stays where it is at its left. */
function reveal(box, part, kept = 0) {
  const room = box.getBoundingClientRect(), place = part.getBoundingClientRect();
  if (place.left < room.left + kept) box.scrollLeft -= room.left + kept - place.left;
  if (place.right > room.right) box.scrollLeft += place.right - room.right;
}
