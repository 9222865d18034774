/** What is shown. It stands in the address, so that a link or a reload shows the same. */
const state = {tab: "stream", token: data.token, point: points - 1, head: "", form: "matrix", color: "probability", answer: 0, sweep: 0, measure: 0};
const first = {...state};
const panels = {}; // by the name of the tab, what draws it

const isUnique = name => data.points.indexOf(name) === data.points.lastIndexOf(name);

/** As numbers below a count; anything else leaves what was there. */
function place(words, count, otherwise) {
  const number = Number(words);
  return words !== null && words !== "" && Number.isInteger(number) && number >= 0 && number < count ? number : otherwise;
}

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  const token = words.get("token"), point = words.get("point");
  state.tab = Object.hasOwn(panels, words.get("tab")) ? words.get("tab") : first.tab;
  state.token = token !== null && data.positions.includes(Number(token)) ? data.positions.indexOf(Number(token)) : first.token;
  state.point = data.points.includes(point) ? data.points.indexOf(point) : place(point, points, first.point);
  state.head = heads.some(head => head.name === words.get("head")) ? words.get("head") : first.head;
  state.form = words.get("form") === "lines" ? "lines" : "matrix";
  state.color = lensColors.some(c => c.name === words.get("color")) ? words.get("color") : first.color;
  state.answer = place(words.get("answer"), data.attribution.length, 0);
  state.sweep = place(words.get("sweep"), data.patching.length, 0);
  state.measure = place(words.get("measure"), data.numbers.length, 0);
}

let writing = 0;

/** A little later, for browsers take only so many changes of the address at once. */
function writeAddressSoon() {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 150);
}

function writeAddress() {
  const words = new URLSearchParams();
  words.set("token", data.positions[state.token]);
  words.set("point", isUnique(data.points[state.point]) ? data.points[state.point] : state.point);
  for (const key of ["tab", "head", "form", "color", "answer", "sweep", "measure"]) {
    if (state[key] !== first[key]) words.set(key, state[key]);
  }
  history.replaceState(null, "", "#" + words);
}

/** Changes what is shown. */
function show(changes) {
  Object.assign(state, changes);
  writeAddressSoon();
  draw();
}
