const triangle = tokens * (tokens + 1) / 2;
const heads = (data.attention || []).flatMap(b => Array.from({length: b.heads}, (_, h) => (
  {name: b.block + "." + h, label: "L" + b.block + " H" + h, block: b.block, head: h, at: b.at + h * triangle})));
const MOST_DRAWN = 100; // tokens of which every one's lines are drawn
const headButtons = [];
let cell = null; // of the matrix, the query and key being read
let pointed = -1; // of the lines, the token being pointed at

const weight = (head, query, key) => floats[head.at + query * (query + 1) / 2 + key];
const chosenHead = () => heads.find(head => head.name === state.head);
const firstKey = () => element("without-first").checked ? 1 : 0;

/** What the end of the colours stands for, the weight that 98 % of a head's do not exceed, and how many do. */
function rangeOf(head) {
  const weights = [];
  for (let q = firstKey(); q < tokens; q++) {
    for (let k = firstKey(); k <= q; k++) weights.push(weight(head, q, k));
  }
  const finite = Float64Array.from(weights.filter(Number.isFinite)).sort();
  const highest = finite[Math.ceil(0.98 * finite.length) - 1] || 1;
  return {highest, beyond: finite.filter(w => w > highest).length, of: weights.length};
}

/** The head that writes most of the first answer at its last token, or the first head. */
function foremostHead() {
  if (!data.attribution.length) return heads[0].name;
  const {values} = data.attribution[0], last = values.axes[0].labels.length - 1;
  const written = heads.map(head => last < 0 ? NaN
    : at(values, last, values.axes[1].labels.indexOf("blocks." + head.block + ".attn.head." + head.head)));
  return heads[Math.max(0, written.indexOf(Math.max(...written.filter(Number.isFinite))))].name;
}

/** What a head is called by its scores, the highest first. */
function scoreOf(head) {
  if (!data.headScores) return "";
  const scores = [["previous_token", "previous"], ["duplicate_token", "duplicate"], ["induction", "induction"]]
    .map(([key, name]) => [at(data.headScores[key], head.block, head.head), name]).sort((a, b) => b[0] - a[0]);
  return scores[0][0] >= 0.3 ? scores[0][1] + " " + scores[0][0].toFixed(2) : "";
}

function drawSmall(head, canvas) {
  canvas.width = canvas.height = tokens;
  const context = canvas.getContext("2d"), {highest} = rangeOf(head);
  for (let q = 0; q < tokens; q++) {
    for (let k = firstKey(); k <= q; k++) {
      context.fillStyle = color(maps.shares, weight(head, q, k) / highest);
      context.fillRect(k, q, 1, 1);
    }
  }
}

/** Where the cells of the matrix lie: from the left and the top, in pixels of the page. */
function matrixPlan() {
  const room = element("matrix-box").clientWidth, left = Math.min(130, Math.round(room * 0.26));
  const size = Math.max(5, Math.min(44, Math.floor((room - left - 2) / tokens), Math.floor(600 / tokens)));
  return {left, size, top: 4, below: 84};
}

function drawMatrix() {
  const head = chosenHead(), canvas = element("matrix"), ratio = window.devicePixelRatio || 1;
  const {left, size, top, below} = matrixPlan(), {highest} = rangeOf(head);
  const wide = left + size * tokens + 60, high = top + size * tokens + below;
  canvas.width = wide * ratio;
  canvas.height = high * ratio;
  canvas.style.width = wide + "px";
  canvas.style.height = high + "px";
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  for (let q = 0; q < tokens; q++) {
    for (let k = firstKey(); k <= q; k++) {
      context.fillStyle = color(maps.shares, weight(head, q, k) / highest);
      context.fillRect(left + k * size, top + q * size, size - (size > 8), size - (size > 8));
    }
  }
  const step = Math.ceil(13 / size);
  context.textBaseline = "middle";
  for (let i = 0; i < tokens; i += step) {
    const label = visible(data.tokens[i]).slice(0, 12);
    context.fillStyle = css(i === state.token ? "--text" : "--muted");
    context.font = (i === state.token ? "bold " : "") + "12px system-ui, sans-serif";
    context.textAlign = "right";
    context.fillText(label + " " + data.positions[i], left - 5, top + (i + 0.5) * size, left - 8);
    context.save();
    context.translate(left + (i + 0.5) * size, top + tokens * size + 6);
    context.rotate(Math.PI / 4);
    context.textAlign = "left";
    context.fillText(label, 0, 0, below);
    context.restore();
  }
  outline(context, left, top + state.token * size, (state.token + 1) * size, size);
  if (cell) outline(context, left + cell[1] * size, top + cell[0] * size, size, size);
}

function drawLines() {
  const head = chosenHead(), svg = element("lines"), wide = Math.max(280, Math.min(736, element("lines-box").clientWidth));
  const step = tokens > 40 ? 16 : 22, left = wide * 0.36, right = wide * 0.64;
  const {highest} = rangeOf(head), query = pointed < 0 ? state.token : pointed, y = i => (i + 1.5) * step;
  svg.setAttribute("viewBox", "0 0 " + wide + " " + (tokens + 1.5) * step);
  svg.replaceChildren(make("text", {x: left, y: 0.7 * step, "text-anchor": "end", class: "position"}, "looks from"),
    make("text", {x: right, y: 0.7 * step, class: "position"}, "at"));
  for (let q = 0; q < tokens && tokens <= MOST_DRAWN; q++) {
    for (let k = firstKey(); k <= q; k++) {
      const w = weight(head, q, k);
      if (q === query || !(w >= 0.01)) continue;
      svg.append(make("line", {x1: left + 6, y1: y(q), x2: right - 6, y2: y(k), "stroke-opacity": Math.min(0.3, 0.3 * w / highest), "stroke-width": 1.5}));
    }
  }
  const own = Array.from({length: query + 1}, (_, k) => k).slice(firstKey()).filter(k => weight(head, query, k) >= 0.01);
  const most = Math.max(...own.map(k => weight(head, query, k)));
  for (const k of own) {
    const w = weight(head, query, k), long = 44 * w / most;
    svg.append(make("line", {class: "own", x1: left + 6, y1: y(query), x2: right - 6, y2: y(k), "stroke-opacity": 0.2 + 0.8 * w / most, "stroke-width": 3}),
      make("rect", {class: "weight", x: wide - 34 - long, y: y(k) - step * 0.3, width: long, height: step * 0.6}),
      make("text", {class: "weight", x: wide, y: y(k) + 4, "text-anchor": "end"}, w.toFixed(2)));
  }
  for (let i = 0; i < tokens; i++) {
    const label = visible(data.tokens[i]).slice(0, 14);
    svg.append(make("text", {x: left, y: y(i) + 4, "text-anchor": "end", class: i === query ? "chosen" : undefined}, label),
      make("text", {x: right, y: y(i) + 4}, label),
      make("rect", {class: "hit", x: 0, y: y(i) - step / 2, width: left, height: step, "data-from": i}),
      make("rect", {class: "hit", x: right, y: y(i) - step / 2, width: wide - right, height: step, "data-at": i}));
  }
}

/** Scrolls a box of all tokens so far that the chosen one is seen. */
function revealToken(box) {
  const middle = box.scrollHeight * (state.token + 0.5) / tokens;
  if (middle < box.scrollTop + 20 || middle > box.scrollTop + box.clientHeight - 20) box.scrollTop = middle - box.clientHeight / 2;
}

function tellWeight(query, key) {
  const head = chosenHead();
  element("attention-read").textContent = head.label + ": " + tokenName(query) + " looks at " + tokenName(key) + ": "
    + exact(weight(head, query, key));
}

/** Where the chosen token looks most. */
function tellMost(head) {
  const keys = Array.from({length: state.token + 1}, (_, k) => k).sort((a, b) => weight(head, state.token, b) - weight(head, state.token, a));
  const shown = keys.reduce((sum, k) => sum + weight(head, state.token, k), 0);
  const most = keys.slice(0, 3).map(k => tokenName(k) + " " + weight(head, state.token, k).toFixed(2)).join(", ");
  return head.label + ": " + tokenName(state.token) + " looks most at " + most
    + (shown < 0.995 ? "; " + percent(1 - shown) + " goes to tokens that are not on this page" : "");
}

if (heads.length) {
  first.head = state.head = foremostHead();
  panels.attention = {
    title: "Attention",
    draw() {
      const head = chosenHead(), lines = state.form === "lines";
      const button = headButtons[heads.indexOf(head)], box = element("heads");
      mark(headButtons, "aria-checked", heads.indexOf(head));
      if (button.offsetTop < box.scrollTop || button.offsetTop + button.offsetHeight > box.scrollTop + box.clientHeight) {
        box.scrollTop = button.offsetTop - 3;
      }
      const score = scoreOf(head);
      element("head-name").textContent = head.label + (score ? " · " + score : "");
      element("matrix-form").setAttribute("aria-pressed", String(!lines));
      element("lines-form").setAttribute("aria-pressed", String(lines));
      element("matrix-box").hidden = lines;
      element("lines-box").hidden = !lines;
      const {highest, beyond, of} = rangeOf(head);
      element("attention-scale").hidden = lines;
      element("attention-high").textContent = rounded(highest, 3);
      element("attention-note").textContent = lines
        ? (tokens <= MOST_DRAWN ? "Strong lines: the chosen token’s." : "Of so many tokens, only the chosen one’s lines are drawn.")
          + " Weights below 0.01 are not drawn."
        : (beyond || "none") + " of " + of + " beyond; each head in its own range";
      if (lines) drawLines(); else drawMatrix();
      revealToken(element(lines ? "lines-box" : "matrix-box"));
      const most = tellMost(head);
      element(lines ? "lines" : "matrix").setAttribute("aria-label", "Attention of " + most);
      if (cell && !lines && cell[0] === state.token) tellWeight(...cell); else element("attention-read").textContent = most;
    },
  };
  const perBlock = Math.max(...data.attention.map(b => b.heads));
  element("heads").style.gridTemplateColumns = "repeat(" + perBlock + ", minmax(3.2rem, 5.6rem))";
  const named = heads.some(scoreOf);
  for (const head of heads) {
    const score = scoreOf(head);
    const button = make("button", {type: "button", role: "radio", "aria-label": head.label + (score ? ", " + score : "")},
      make("canvas"), head.label, ...(named ? [make("small", {}, score)] : []));
    headButtons.push(button);
    element("heads").append(button);
  }
  const chooseHead = i => {
    cell = null;
    show({head: heads[i].name});
  };
  roving(element("heads"), headButtons, "radio", chooseHead, perBlock);
  for (const box of ["matrix-box", "lines-box"]) element(box).classList.toggle("long", tokens > MOST_DRAWN);
  const drawAllSmall = () => heads.forEach((head, i) => drawSmall(head, headButtons[i].querySelector("canvas")));
  drawAllSmall();
  showBar("attention-bar", maps.shares);
  if (data.positions[0] !== 0 || tokens < 2) element("without-first").parentNode.hidden = true;
  element("without-first").addEventListener("change", () => {
    drawAllSmall();
    draw();
  });
  element("matrix-form").addEventListener("click", () => show({form: "matrix"}));
  element("lines-form").addEventListener("click", () => show({form: "lines"}));
  const cellAt = event => {
    const {left, size, top} = matrixPlan(), box = element("matrix").getBoundingClientRect();
    const q = Math.floor((event.clientY - box.top - top) / size), k = Math.floor((event.clientX - box.left - left) / size);
    return q >= 0 && q < tokens && k >= 0 && k <= q ? [q, k] : null;
  };
  const readMatrix = event => {
    const found = cellAt(event);
    if (!found) return;
    cell = found;
    drawMatrix();
    tellWeight(...cell);
  };
  element("matrix").addEventListener("pointermove", readMatrix);
  element("matrix").addEventListener("pointerdown", readMatrix);
  element("matrix").addEventListener("click", event => {
    const found = cellAt(event);
    if (found) show({token: found[0]});
  });
  element("matrix").addEventListener("keydown", event => {
    const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!step) return;
    const q = cell ? cell[0] + step[0] : state.token, k = cell ? cell[1] + step[1] : 0;
    if (q >= 0 && q < tokens && k >= 0 && k <= q) cell = [q, k];
    drawMatrix();
    tellWeight(...cell);
    event.preventDefault();
    event.stopPropagation();
  });
  const pointAt = event => {
    const from = event.target.dataset.from, key = event.target.dataset.at;
    if (from !== undefined && Number(from) !== pointed) {
      pointed = Number(from);
      drawLines();
    }
    const query = pointed < 0 ? state.token : pointed;
    if (key !== undefined && Number(key) <= query) tellWeight(query, Number(key));
  };
  element("lines").addEventListener("pointerover", pointAt);
  element("lines").addEventListener("pointerdown", pointAt);
  element("lines").addEventListener("pointerleave", () => {
    pointed = -1;
    drawLines();
  });
  element("lines").addEventListener("click", event => {
    if (event.target.dataset.from !== undefined) show({token: Number(event.target.dataset.from)});
  });
}
