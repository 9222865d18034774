/** A line over points, with a mark at the chosen one, if any of them is; a click chooses another. */
function lineChart(svg, names, values, title) {
  const now = names.indexOf(data.points[state.point]);
  const wide = svg.clientWidth || 960, high = 170, left = 60, right = wide - 30, top = 34, bottom = 140;
  const finite = values.filter(Number.isFinite);
  const lowest = Math.min(0, ...finite), highest = Math.max(0, ...finite);
  const range = highest - lowest || 1;
  const x = i => values.length < 2 ? (left + right) / 2 : left + (right - left) * i / (values.length - 1);
  const y = v => bottom - (v - lowest) / range * (bottom - top);
  svg.setAttribute("viewBox", "0 0 " + wide + " " + high);
  svg.replaceChildren(make("text", {x: left, y: 16, class: "title"}, title));
  for (const v of new Set([0, lowest, highest, (lowest + highest) / 2])) {
    if (v !== 0 && Math.abs(v) < 0.2 * range) continue; // would lie on the zero
    svg.append(make("line", {x1: left, x2: right, y1: y(v), y2: y(v)}),
      make("text", {x: left - 8, y: y(v) + 4, "text-anchor": "end"}, minus(rounded(v, 3))));
  }
  const step = Math.ceil(values.length / Math.max(2, Math.floor((right - left) / 64)));
  for (let i = 0; i < values.length; i += step) {
    svg.append(make("text", {x: x(i), y: bottom + 18, "text-anchor": "middle"}, short(visible(names[i]))));
  }
  let path = "";
  values.forEach((v, i) => {
    if (Number.isFinite(v)) path += (path && Number.isFinite(values[i - 1]) ? "L" : "M") + x(i) + " " + y(v);
  });
  svg.append(make("path", {d: path}));
  if (now >= 0) {
    svg.append(make("line", {class: "now", x1: x(now), x2: x(now), y1: top - 8, y2: bottom}),
      make("circle", {r: 5, cx: x(now), cy: Number.isFinite(values[now]) ? y(values[now]) : bottom}));
  }
  svg.setAttribute("aria-label", title + (now < 0 ? "" : " at " + names[now] + ": " + rounded(values[now]))
    + "; from " + rounded(Math.min(...finite)) + " to " + rounded(Math.max(...finite)));
  svg.onclick = event => {
    const box = svg.getBoundingClientRect();
    const part = ((event.clientX - box.left) / box.width * wide - left) / (right - left);
    const i = Math.max(0, Math.min(values.length - 1, Math.round(part * (values.length - 1))));
    const point = data.points.indexOf(names[i]);
    if (point >= 0) choosePoint(point);
  };
}
