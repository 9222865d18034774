const FIXED_STATE = 3; // what the notebook's colours of states end at
const columns = data.columns;
const rows = Math.ceil(width / columns);
let dimension = -1; // the one being read
let share = data.fixedRanges ? 0 : 0.98; // of the token's values that the colours cover; 0 when the limit is a number given
let timer = 0;
const value = (point, token, d) => floats[data.stream + (point * tokens + token) * width + d];

function norm(point, token) {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += value(point, token, d) ** 2;
  return Math.sqrt(sum);
}

/** The size that this share of all finite values of the token does not exceed. */
function limitOf(token) {
  const sizes = [];
  for (let point = 0; point < points; point++) {
    for (let d = 0; d < width; d++) sizes.push(Math.abs(value(point, token, d)));
  }
  const finite = Float64Array.from(sizes.filter(Number.isFinite)).sort();
  return Number((finite[Math.ceil(share * finite.length) - 1] || 1).toPrecision(3));
}

function drawGrid() {
  const canvas = element("grid"), ratio = window.devicePixelRatio || 1;
  const size = Math.max(1, Math.floor(canvas.clientWidth * ratio / columns));
  const gap = size >= 4 ? Math.round(ratio) : 0;
  canvas.width = size * columns;
  canvas.height = size * rows;
  canvas.style.aspectRatio = columns + " / " + rows;
  const context = canvas.getContext("2d");
  const end = element("limit").valueAsNumber;
  let above = 0, below = 0, nan = 0;
  for (let d = 0; d < width; d++) {
    const v = value(state.point, state.token, d);
    above += v > end;
    below += v < -end;
    nan += Number.isNaN(v);
    context.fillStyle = color(maps.states, (v + end) / (2 * end));
    context.fillRect(d % columns * size, Math.floor(d / columns) * size, size - gap, size - gap);
  }
  if (dimension >= 0) {
    outline(context, dimension % columns * size, Math.floor(dimension / columns) * size, size - gap, size - gap);
  }
  const parts = [[above, "above"], [below, "below"], [nan, "NaN"]].filter(p => p[0] > 0).map(p => p[0] + " " + p[1]);
  element("beyond").textContent = parts.length ? parts.join(", ") + " of " + width : "none of " + width + " beyond";
  element("low").textContent = "−" + rounded(end);
  element("high").textContent = "+" + rounded(end);
  canvas.setAttribute("aria-label", "State of " + tokenName(state.token) + " at " + data.points[state.point] + ": "
    + width + " dimensions, L2 norm " + rounded(norm(state.point, state.token)) + ", " + element("beyond").textContent);
}

function drawLargest() {
  const count = Math.max(1, Math.min(width, element("count").valueAsNumber || 1));
  const total = norm(state.point, state.token) ** 2;
  const size = d => {
    const v = Math.abs(value(state.point, state.token, d));
    return Number.isNaN(v) ? Infinity : v;
  };
  const order = Array.from({length: width}, (_, d) => d).sort((a, b) => size(b) - size(a) || a - b).slice(0, count);
  const body = make("tbody");
  for (const d of order) {
    const v = value(state.point, state.token, d);
    body.append(make("tr", {}, make("th", {scope: "row"}, d), make("td", {}, exact(v)), make("td", {}, percent(v * v / total))));
  }
  const heading = ["dimension", "value", "of squared norm"].map(h => make("th", {scope: "col"}, h));
  element("largest").replaceChildren(make("table", {class: "plain"}, make("thead", {}, make("tr", {}, ...heading)), body));
}

function readDimension() {
  if (dimension < 0) return;
  element("stream-read").textContent = pointName(state.point) + ", token " + data.positions[state.token] + ", dimension " + dimension
    + ": " + exact(value(state.point, state.token, dimension));
}

panels.stream = {
  title: "Stream",
  draw() {
    if (share > 0) element("limit").value = limitOf(state.token);
    element("most").setAttribute("aria-pressed", String(share === 0.98));
    element("all").setAttribute("aria-pressed", String(share === 1));
    element("point").value = state.point;
    element("point-name").textContent = state.point + " of " + (points - 1) + ": " + pointName(state.point);
    element("point").setAttribute("aria-valuetext", element("point-name").textContent);
    showBar("stream-bar", maps.states);
    drawGrid();
    drawLargest();
    const norms = data.points.map((_, point) => norm(point, state.token));
    lineChart(element("norms"), data.points, norms, "L2 norm of the token’s state at each point");
    readDimension();
  },
};

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => show({point: (state.point + 1) % points}), 400) : 0;
  element("play").textContent = on ? "Pause" : "Play";
  element("play").setAttribute("aria-pressed", String(on));
}

/** By hand, which pauses what plays. */
function choosePoint(point) {
  play(false);
  show({point: Math.max(0, Math.min(points - 1, point))});
}

function readAt(event) {
  const box = element("grid").getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left) / box.width * columns);
  const d = Math.floor((event.clientY - box.top) / box.height * rows) * columns + column;
  dimension = column >= 0 && column < columns && d >= 0 && d < width ? d : -1;
  drawGrid();
  readDimension();
}

element("point").max = points - 1;
element("count").max = width;
if (data.fixedRanges) element("limit").value = FIXED_STATE;
element("point").addEventListener("input", () => choosePoint(element("point").valueAsNumber));
element("play").addEventListener("click", () => play(!timer));
element("count").addEventListener("input", drawLargest);
element("limit").addEventListener("input", () => {
  if (!(element("limit").valueAsNumber > 0)) return;
  share = 0;
  panels.stream.draw();
});
for (const [id, part] of [["most", 0.98], ["all", 1]]) {
  element(id).addEventListener("click", () => {
    share = part;
    panels.stream.draw();
  });
}
element("grid").addEventListener("pointermove", readAt);
element("grid").addEventListener("pointerdown", readAt);
element("grid").addEventListener("keydown", event => {
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[event.key];
  if (!step) return;
  const to = dimension < 0 ? 0 : dimension + step;
  if (to >= 0 && to < width) dimension = to;
  drawGrid();
  readDimension();
  event.preventDefault();
  event.stopPropagation();
});
