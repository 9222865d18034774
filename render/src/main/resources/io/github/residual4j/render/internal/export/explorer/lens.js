const lens = data.lens;
const answers = lens && lens.rank ? lens.rank.axes[0].labels : [];
const lensColors = lens ? [{name: "probability", title: "probability"}, {name: "entropy", title: "entropy"}].concat(
  answers.map((answer, a) => ({name: a ? "rank" + a : "rank", title: "rank of " + isolated(answer), answer: a}))) : [];
let lensTable = null;
let lensTableColor = "";

/** What an id reads after a token of the text, of which it may complete a character. */
function idText(id, token) {
  const completed = lens.completed[token], text = completed && completed[id] || lens.texts[id];
  return id < 0 ? "NaN" : text === undefined ? "id " + id : visible(text);
}

const rankOf = (answer, point, token) => at(lens.rank, answer, point, token);

function highestOfLens(measure, ...begin) {
  let highest = 0;
  for (let point = 0; point < points; point++) {
    for (let token = 0; token < tokens; token++) highest = Math.max(highest, at(measure, ...begin, point, token) || 0);
  }
  return highest || 1;
}

/** How far along the map a state lies, and what the ends stand for. */
function lensScale(chosen) {
  if (chosen.name === "probability") {
    return {low: "0", high: "1", map: maps.shares, unit: (p, t) => at(lens.top_probabilities, p, t, 0)};
  }
  if (chosen.name === "entropy") {
    const highest = highestOfLens(lens.entropy);
    return {low: "0", high: rounded(highest, 3) + " nats", map: maps.shares, unit: (p, t) => at(lens.entropy, p, t) / highest};
  }
  const worst = Math.max(2, highestOfLens(lens.rank, chosen.answer));
  return {low: String(worst), high: "1, logarithmic", map: maps.shares, unit: (p, t) => {
    const rank = rankOf(chosen.answer, p, t);
    return rank < 1 ? NaN : 1 - Math.log(rank) / Math.log(worst);
  }};
}

function readLens(point, token) {
  const places = lens.top_ids.axes[2].labels.length, said = [];
  for (let k = 0; k < places; k++) {
    said.push("\u2068" + idText(at(lens.top_ids, point, token, k), token) + "\u2069 " + percent(at(lens.top_probabilities, point, token, k)));
  }
  const ranks = answers.map((answer, a) => isolated(answer) + " is number " + rankOf(a, point, token)
    + " (" + percent(Math.exp(at(lens.log_probability, a, point, token))) + ")");
  element("lens-read").textContent = pointName(point) + ", " + tokenName(token) + ": " + said.join(", ") + "; entropy "
    + rounded(at(lens.entropy, point, token)) + " nats" + ranks.map(r => "; " + r).join("");
}

function makeLensTable(chosen) {
  const {low, high, map, unit} = lensScale(chosen);
  element("lens-low").textContent = low;
  element("lens-high").textContent = high;
  showBar("lens-bar", map);
  const names = data.points.map(visible).reverse(); // from below, as the stream flows up
  lensTable = heatTable(names, data.tokens.map((t, i) => data.positions[i] + " " + visible(t)), (row, token) => {
    const point = points - 1 - row;
    const text = idText(at(lens.top_ids, point, token, 0), token);
    const settled = at(lens.settles_at, token) === point;
    return {text: (settled ? "▸ " : "") + (chosen.answer === undefined ? "" : rankOf(chosen.answer, point, token) + " · ") + text,
      fill: color(map, unit(point, token)), mark: settled ? "settled" : undefined};
  }, (row, token) => readLens(points - 1 - row, token), (row, token) => show({token, point: points - 1 - row}));
  element("lens-table").replaceChildren(lensTable.table);
}

if (lens) {
  panels.lens = {
    title: "Lens",
    draw() {
      const chosen = lensColors.find(c => c.name === state.color);
      element("lens-color").value = lensColors.indexOf(chosen);
      const shown = state.color + document.documentElement.dataset.theme;
      if (lensTableColor !== shown) {
        makeLensTable(chosen);
        lensTableColor = shown;
      }
      lensTable.table.querySelectorAll("[aria-selected]").forEach(td => td.removeAttribute("aria-selected"));
      lensTable.cellOf(points - 1 - state.point, state.token).setAttribute("aria-selected", "true");
      lensTable.headings.forEach((th, token) => th.setAttribute("aria-current", String(token === state.token)));
      const td = lensTable.cellOf(points - 1 - state.point, state.token);
      reveal(element("lens-table"), td, td.parentNode.firstChild.getBoundingClientRect().width);
      readLens(state.point, state.token);
    },
  };
  fill(element("lens-color"), lensColors.map(c => c.title));
  element("lens-color").addEventListener("change", () => show({color: lensColors[element("lens-color").value].name}));
}
