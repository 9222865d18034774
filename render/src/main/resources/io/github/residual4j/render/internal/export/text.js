"use strict";
/** White space is shown, and what could disturb the text around it is spelled out. */
function visible(text) {
  return text.replace(/ /g, "␣").replace(/\n/g, "⏎").replace(/\t/g, "⇥")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, c => "U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")) || "∅";
}

/** The shortest number that is the same float32. */
function exact(v) {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(v.toPrecision(digits));
    if (Math.fround(short) === v) return String(short);
  }
  return Number.isFinite(v) ? String(Number(v.toPrecision(9))) : String(v);
}

const rounded = (v, digits = 4) => Number.isFinite(v) ? String(Number(v.toPrecision(digits))) : String(v);
