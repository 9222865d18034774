/**
 * A table of coloured cells, which pointing, tapping and the arrow keys read alike.
 *
 * @param rows, columns their names
 * @param cell of a row and a column: its text, its fill, and the class that marks it, if any
 * @param read tells of a row and a column
 * @param choose what choosing a row and a column does, if anything
 */
function heatTable(rows, columns, cell, read, choose = () => {}) {
  const body = make("tbody");
  rows.forEach((row, r) => {
    const line = make("tr", {}, make("th", {scope: "row", title: row}, short(row)));
    columns.forEach((_, c) => {
      const {text, fill, mark} = cell(r, c);
      const td = make("td", {tabindex: r + c ? -1 : 0, class: mark}, piece(text));
      td.style.background = fill;
      td.style.color = fill.startsWith("#") ? inkOn(fill) : "";
      line.append(td);
    });
    body.append(line);
  });
  const headings = columns.map(c => make("th", {scope: "col", title: c}, piece(c)));
  const table = make("table", {class: "heat"}, make("thead", {}, make("tr", {}, make("th"), ...headings)), body);
  const cellOf = (r, c) => body.rows[r].cells[c + 1];
  const placeOf = event => {
    const td = event.target.closest("td");
    return td && [td.parentNode.sectionRowIndex, td.cellIndex - 1];
  };
  const atPlace = act => event => {
    const place = placeOf(event);
    if (place) act(...place, event);
  };
  table.addEventListener("pointerover", atPlace(read));
  table.addEventListener("focusin", atPlace(read));
  table.addEventListener("click", atPlace((r, c) => {
    read(r, c);
    choose(r, c);
  }));
  table.addEventListener("keydown", atPlace((r, c, event) => {
    if (event.key === "Enter" || event.key === " ") {
      choose(r, c);
    } else if (event.key.startsWith("Arrow")) {
      const row = r + ({ArrowUp: -1, ArrowDown: 1}[event.key] || 0);
      const column = c + ({ArrowLeft: -1, ArrowRight: 1}[event.key] || 0);
      if (row >= 0 && row < rows.length && column >= 0 && column < columns.length) {
        cellOf(r, c).tabIndex = -1;
        cellOf(row, column).tabIndex = 0;
        cellOf(row, column).focus();
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }));
  return {table, headings, cellOf};
}

/** A signed number as a cell of a heat table: blue below zero, red above. */
function signedCell(v, limit, digits) {
  return {text: Number.isNaN(v) ? "NaN" : signed(v, digits), fill: color(maps.signed, (v + limit) / (2 * limit))};
}

function fill(select, names) {
  names.forEach((name, i) => select.add(new Option(name, i)));
}
