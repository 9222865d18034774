const MOST_BARS = 12;

/** A ledger's components by block, and those that belong to none. */
function parted(components) {
  const blocks = [], parts = [];
  components.forEach((name, i) => {
    const found = /^blocks\.(\d+)\.(.+)$/.exec(name);
    if (!found) return;
    (blocks[found[1]] = blocks[found[1]] || {})[found[2]] = i;
    if (!parts.includes(found[2])) parts.push(found[2]);
  });
  return {blocks, parts};
}

function bars(components, values) {
  const order = values.map((_, i) => i).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, MOST_BARS);
  const longest = Math.abs(values[order[0]]) || 1;
  const list = make("div", {role: "list", "aria-label": "Largest contributions"});
  for (const i of order) {
    const bar = make("span", {class: values[i] < 0 ? "against" : undefined}), long = 50 * Math.abs(values[i]) / longest;
    bar.style.width = long + "%";
    bar.style.left = (values[i] < 0 ? 50 - long : 50) + "%";
    list.append(make("div", {class: "contribution", role: "listitem"}, make("span", {title: components[i]}, short(components[i])),
      make("span", {class: "track", "aria-hidden": "true"}, bar), make("span", {class: "number"}, signed(values[i], 2))));
  }
  return list;
}

function drawLedger(ledger, token) {
  const components = ledger.values.axes[1].labels;
  const values = components.map((_, c) => at(ledger.values, token, c));
  const {blocks, parts} = parted(components);
  const sizes = values.filter(Number.isFinite).map(Math.abs).sort((a, b) => a - b);
  const limit = data.fixedRanges ? 1 : sizes[Math.ceil(0.95 * sizes.length) - 1] || 1; // a few large ones would leave the others pale
  const beyond = sizes.filter(size => size > limit).length;
  const read = i => element("attribution-read").textContent = components[i] + " adds " + exact(values[i]) + " to the logit of "
    + isolated(ledger.answer);
  const {table} = heatTable(blocks.map((_, b) => "L" + b), parts.map(part => short(part).replace("attention bias", "bias")), (b, p) => {
    const i = blocks[b][parts[p]];
    return i === undefined ? {text: "", fill: "transparent"} : signedCell(values[i], limit, 2);
  }, (b, p) => {
    if (blocks[b][parts[p]] !== undefined) read(blocks[b][parts[p]]);
  });
  const others = components.map((name, i) => [name, values[i]]).filter(c => !c[0].startsWith("blocks."));
  const chart = make("svg", {class: "line", role: "img"});
  const bar = make("span", {class: "bar", "aria-hidden": "true"});
  bar.style.background = gradient(maps.signed);
  element("attribution-parts").replaceChildren(make("div", {class: "parts"},
    make("div", {}, make("h3", {}, "Written by each part of each block, in logits"), make("div", {class: "wide"}, table),
      make("div", {class: "scale"}, make("span", {}, signed(-limit, 2)), bar, make("span", {}, signed(limit, 2) + (beyond ? ", " + beyond + " beyond" : "")),
        make("span", {}, others.map(c => c[0] + " " + signed(c[1], 2)).join(", ")))),
    make("div", {}, make("h3", {}, "Largest contributions"), bars(components, values))), chart,
    ...ledger.missing.map(sentence => make("p", {class: "note"}, sentence)));
  const names = ledger.accumulated.axes[0].labels;
  lineChart(chart, names, names.map((_, point) => at(ledger.accumulated, point, token)), "Logit so far, along the stream");
  element("attribution-sum").textContent = "read at " + tokenName(state.token) + ": sum " + rounded(at(ledger.sum, token))
    + ", the model’s own " + rounded(at(ledger.logit_difference, token));
  element("attribution-read").textContent = "Point at a cell, tap it, or choose one with the arrow keys, to read its value.";
}

if (data.attribution.length) {
  panels.attribution = {
    title: "Attribution",
    draw() {
      const ledger = data.attribution[state.answer];
      element("answer").value = state.answer;
      const token = state.token - ledger.first;
      if (token >= 0 && token < ledger.sum.axes[0].labels.length) {
        drawLedger(ledger, token);
        return;
      }
      element("attribution-parts").replaceChildren();
      element("attribution-sum").textContent = "";
      element("attribution-read").textContent = "The session holds no logits at " + tokenName(state.token)
        + "; choose one from token " + data.positions[ledger.first] + " on.";
    },
  };
  fill(element("answer"), data.attribution.map(ledger => isolated(ledger.answer)));
  element("answer").addEventListener("change", () => show({answer: Number(element("answer").value)}));
}
