const data = JSON.parse(document.getElementById("data").textContent);
const bytes = Uint8Array.from(atob(data.values), c => c.charCodeAt(0));
const view = new DataView(bytes.buffer);
const element = id => document.getElementById(id);
const layer = element("layer"), token = element("token"), grid = element("grid"), limit = element("limit");
const points = data.points.length, tokens = data.tokens.length, width = data.width, columns = data.columns;
const rows = Math.ceil(width / columns);
let colors = []; // of the theme that is shown
let cell = -1; // the dimension being read
let timer = 0;

const value = (point, t, d) => view.getFloat32(4 * ((point * tokens + t) * width + d), true);
const now = () => layer.valueAsNumber;
const chosen = () => Number(token.value);

function norm(point, t) {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += value(point, t, d) ** 2;
  return Math.sqrt(sum);
}

function drawGrid() {
  const ratio = window.devicePixelRatio || 1;
  const size = Math.max(1, Math.floor(grid.clientWidth * ratio / columns));
  const gap = size >= 4 ? Math.round(ratio) : 0;
  grid.width = size * columns;
  grid.height = size * rows;
  grid.style.height = grid.clientWidth * rows / columns + "px";
  const context = grid.getContext("2d");
  const missing = getComputedStyle(document.documentElement).getPropertyValue("--missing");
  const end = limit.valueAsNumber;
  let above = 0, below = 0, nan = 0;
  for (let d = 0; d < width; d++) {
    const v = value(now(), chosen(), d);
    const unit = (v + end) / (2 * end);
    above += v > end;
    below += v < -end;
    nan += Number.isNaN(v);
    context.fillStyle = Number.isNaN(v) ? missing : colors[Math.max(0, Math.min(255, Math.floor(unit * 256)))];
    context.fillRect(d % columns * size, Math.floor(d / columns) * size, size - gap, size - gap);
  }
  if (cell >= 0) {
    context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--text");
    context.lineWidth = 2 * ratio;
    context.strokeRect(cell % columns * size, Math.floor(cell / columns) * size, size - gap, size - gap);
  }
  const parts = [[above, "above"], [below, "below"], [nan, "NaN"]].filter(p => p[0] > 0).map(p => p[0] + " " + p[1]);
  element("saturated").textContent = parts.length ? parts.join(", ") + " of " + width : "none of " + width + " beyond";
  element("low").textContent = "−" + rounded(end);
  element("high").textContent = "+" + rounded(end);
  element("name").textContent = now() + " of " + (points - 1) + ": " + visible(data.points[now()]);
  layer.setAttribute("aria-valuetext", element("name").textContent);
  grid.setAttribute("aria-label", "State of token " + data.positions[chosen()] + " at " + data.points[now()] + ": "
    + width + " dimensions, L2 norm " + rounded(norm(now(), chosen())) + ", " + element("saturated").textContent);
}

function read() {
  if (cell < 0) return;
  element("read").textContent = visible(data.points[now()]) + ", token " + data.positions[chosen()] + ", dimension " + cell + ": "
    + exact(value(now(), chosen(), cell));
}

const NAMESPACE = "http://www.w3.org/2000/svg";
function shape(name, attributes, text) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, v] of Object.entries(attributes)) node.setAttribute(key, v);
  if (text !== undefined) node.textContent = text;
  element("norms").append(node);
  return node;
}

const LEFT = 60, RIGHT = 950, TOP = 34, BOTTOM = 140;
const xOf = point => points < 2 ? (LEFT + RIGHT) / 2 : LEFT + (RIGHT - LEFT) * point / (points - 1);
let marker, dot, norms = [], highest = 1;
function drawNorms() {
  norms = data.points.map((_, point) => norm(point, chosen()));
  highest = Math.max(...norms.filter(Number.isFinite), 0) || 1;
  element("norms").replaceChildren();
  shape("text", {x: LEFT, y: 16, class: "title"}, "L2 norm of the token’s state at each layer");
  for (const part of [0, 0.5, 1]) {
    const y = BOTTOM - part * (BOTTOM - TOP);
    shape("line", {x1: LEFT, x2: RIGHT, y1: y, y2: y});
    shape("text", {x: LEFT - 8, y: y + 4, "text-anchor": "end"}, rounded(part * highest));
  }
  const step = Math.ceil(points / 24);
  for (let point = 0; point < points; point += step) {
    shape("text", {x: xOf(point), y: BOTTOM + 18, "text-anchor": "middle"}, point);
  }
  let path = "";
  norms.forEach((n, point) => {
    if (Number.isFinite(n)) path += (path && Number.isFinite(norms[point - 1]) ? "L" : "M") + xOf(point) + " " + yOf(n);
  });
  shape("path", {d: path});
  marker = shape("line", {class: "now", y1: TOP - 8, y2: BOTTOM});
  dot = shape("circle", {r: 5});
}
const yOf = n => BOTTOM - n / highest * (BOTTOM - TOP);

function markLayer() {
  const x = xOf(now()), n = norms[now()];
  marker.setAttribute("x1", x);
  marker.setAttribute("x2", x);
  dot.setAttribute("cx", x);
  dot.setAttribute("cy", Number.isFinite(n) ? yOf(n) : BOTTOM);
  element("norms").setAttribute("aria-label", "L2 norm at " + data.points[now()] + ": " + rounded(n)
    + "; highest of all layers " + rounded(highest));
}

function update() {
  drawGrid();
  markLayer();
  read();
}

function chooseLayer(point) {
  layer.value = Math.max(0, Math.min(points - 1, point));
  update();
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => chooseLayer((now() + 1) % points), data.delay) : 0;
  element("play").textContent = on ? "Pause" : "Play";
  element("play").setAttribute("aria-pressed", String(on));
}

function chooseTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  element("theme").textContent = dark ? "Light" : "Dark";
  element("theme").setAttribute("aria-pressed", String(dark));
  colors = (dark ? data.colorsOnDark : data.colors).match(/.{6}/g).map(c => "#" + c);
  element("bar").style.background = "linear-gradient(to right," + colors.filter((_, i) => i % 15 === 0).join() + ")";
  update();
}

/** The size that this share of all finite values of the token does not exceed. */
function chooseLimit(share) {
  const sizes = [];
  for (let point = 0; point < points; point++) {
    for (let d = 0; d < width; d++) sizes.push(Math.abs(value(point, chosen(), d)));
  }
  const finite = Float64Array.from(sizes.filter(Number.isFinite)).sort();
  limit.value = Number((finite[Math.ceil(share * finite.length) - 1] || 1).toPrecision(3));
  update();
}

function cellAt(event) {
  const box = grid.getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left) / box.width * columns);
  const row = Math.floor((event.clientY - box.top) / box.height * rows);
  const d = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && d < width ? d : -1;
}

layer.max = points - 1;
layer.value = 0;
limit.value = data.limit;
data.tokens.forEach((text, i) => token.add(new Option(data.positions[i] + "  \u2068" + visible(text) + "\u2069", i)));
token.value = data.token;
for (const kind of ["pointermove", "pointerdown"]) { // a tap reads as a hover does
  grid.addEventListener(kind, event => {
    cell = cellAt(event);
    update();
  });
}
grid.addEventListener("keydown", event => {
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[event.key];
  if (step) {
    const to = cell < 0 ? 0 : cell + step;
    if (to >= 0 && to < width) cell = to;
    update();
    event.preventDefault();
    event.stopPropagation();
  }
});
document.addEventListener("keydown", event => {
  if (event.altKey || event.ctrlKey || event.metaKey || ["INPUT", "SELECT"].includes(event.target.tagName)) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    chooseLayer(now() + (event.key === "ArrowLeft" ? -1 : 1));
  } else if (event.key === " " && event.target.tagName !== "BUTTON") {
    play(!timer);
  } else {
    return;
  }
  event.preventDefault();
});
element("norms").addEventListener("click", event => {
  const box = element("norms").getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width * 960;
  chooseLayer(points < 2 ? 0 : Math.round((x - LEFT) / (RIGHT - LEFT) * (points - 1)));
});
layer.addEventListener("input", () => {
  play(false);
  update();
});
token.addEventListener("change", () => {
  drawNorms();
  update();
});
limit.addEventListener("input", () => {
  if (limit.valueAsNumber > 0) update();
});
element("play").addEventListener("click", () => play(!timer));
element("theme").addEventListener("click", () => chooseTheme(document.documentElement.dataset.theme !== "dark"));
element("most").addEventListener("click", () => chooseLimit(0.98));
element("all").addEventListener("click", () => chooseLimit(1));
new ResizeObserver(drawGrid).observe(grid.parentElement);
drawNorms();
chooseTheme(matchMedia("(prefers-color-scheme: dark)").matches);
