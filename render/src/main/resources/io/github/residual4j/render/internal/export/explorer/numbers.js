/** So many decimals that a middling number of a table shows four digits, and all its points stand in line. */
function decimalsOf(values) {
  const sizes = values.filter(v => Number.isFinite(v) && v !== 0).map(Math.abs).sort((a, b) => a - b);
  if (values.every(v => !Number.isFinite(v) || Number.isInteger(v)) || !sizes.length) return 0;
  return Math.max(0, Math.min(8, 4 - Math.ceil(Math.log10(sizes[sizes.length >> 1]))));
}

const quoted = text => /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;

panels.numbers = {
  title: "Numbers",
  draw() {
    const {measure} = data.numbers[state.measure];
    element("measure").value = state.measure;
    const [rows, columns] = measure.axes.length === 2 ? measure.axes : [measure.axes[0], {name: "", labels: [measure.name]}];
    const count = rows.labels.length * columns.labels.length;
    const values = Array.from(floats.subarray(measure.at, measure.at + count));
    const decimals = decimalsOf(values);
    const body = make("tbody");
    const lines = [[rows.name, ...columns.labels].map(quoted).join()];
    rows.labels.forEach((label, r) => {
      const row = values.slice(r * columns.labels.length, (r + 1) * columns.labels.length);
      body.append(make("tr", {}, make("th", {scope: "row"}, piece(visible(label))),
        ...row.map(v => make("td", {title: exact(v)}, Number.isFinite(v) ? v.toFixed(decimals).replace("-", "−") : String(v)))));
      lines.push([quoted(label), ...row.map(exact)].join());
    });
    const heading = make("tr", {}, make("th", {scope: "col"}, rows.name),
      ...columns.labels.map(label => make("th", {scope: "col"}, piece(visible(label)))));
    element("numbers-table").replaceChildren(make("table", {class: "plain"}, make("thead", {}, heading), body));
    element("csv").href = "data:text/csv;charset=utf-8," + encodeURIComponent(lines.join("\n") + "\n");
  },
};
data.numbers.forEach(({title, measure}, i) => {
  const select = element("measure");
  if (!i || data.numbers[i - 1].title !== title) select.append(make("optgroup", {label: title}));
  select.lastChild.append(new Option(measure.name + (measure.unit ? " (" + measure.unit + ")" : ""), i));
});
element("measure").addEventListener("change", () => show({measure: Number(element("measure").value)}));
