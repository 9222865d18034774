if (data.patching.length) {
  panels.patching = {
    title: "Patching",
    draw() {
      const sweep = data.patching[state.sweep];
      element("sweep").value = state.sweep;
      const [rows, places] = sweep.normalised.axes.map(axis => axis.labels);
      let limit = 0;
      for (let i = 0; i < rows.length * places.length; i++) limit = Math.max(limit, Math.abs(floats[sweep.normalised.at + i]) || 0);
      limit = data.fixedRanges ? 1 : limit || 1;
      showBar("patching-bar", maps.signed);
      const names = sweep.normalised.axes.map(axis => axis.name);
      const read = (r, c) => element("patching-read").textContent = names[0] + " " + rows[r] + ", " + names[1] + " " + isolated(places[c])
        + ": " + exact(at(sweep.normalised, r, c)) + ", the metric is " + exact(at(sweep.value, r, c));
      const {table} = heatTable(rows, places.map(visible), (r, c) => signedCell(at(sweep.normalised, r, c), limit, 2), read);
      element("patching-table").replaceChildren(table);
      element("patching-low").textContent = "−" + rounded(limit, 3);
      element("patching-high").textContent = "+" + rounded(limit, 3);
      element("patching-view").textContent = sweep.view + "; metric of the clean text " + minus(rounded(at(sweep.clean, 0)))
        + ", of the corrupted one " + minus(rounded(at(sweep.corrupted, 0)));
      element("patching-read").textContent = "Point at a cell, tap it, or choose one with the arrow keys, to read its value.";
    },
  };
  fill(element("sweep"), data.patching.map(sweep => sweep.kind));
  element("sweep").addEventListener("change", () => show({sweep: Number(element("sweep").value)}));
}
