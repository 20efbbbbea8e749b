// The days as bars that can be dragged; under them what the unit does at each step, and the forecast's answer to each.

const BARS = 104;
const ROW = 15;
const ANSWER = 44;

/** `look`: {width, view, days, trained, slopes, input, strips, changed(id), focus, words}. */
function daysPicture(look) {
  const { width, view, days, words } = look;
  const left = width < 480 ? 58 : 136;
  const each = (width - left - 4) / days.length;
  const at = (day) => left + each * day;
  const marks = [];
  const handles = [];
  const [barsTop, stripsTop] = [16, 16 + BARS + 12];
  const answerTop = stripsTop + look.strips.length * ROW + 8;
  const bottom = answerTop + ANSWER;
  const side = (key, y, text) =>
    marks.push({ key: `side/${key}`, tag: "text", attributes: { class: "side", x: left - 8, y, "text-anchor": "end" }, text });

  const first = view.step;
  marks.push({ key: "now", tag: "rect", attributes: { class: "now", x: at(first), y: barsTop - 10, width: each * view.read, height: stripsTop - barsTop + 4, rx: 4 } });
  marks.push({ key: "now/step", tag: "rect", attributes: { class: "now", x: at(first + view.read - 1), y: stripsTop - 6, width: each, height: bottom - stripsTop + 8, rx: 4 } });
  bars(look, { left, each, at, barsTop }, marks, handles);
  strips(look, { each, at, stripsTop }, marks, side);
  answers(look, { each, at, answerTop }, marks);
  side("input", barsTop + BARS / 2, width < 480 ? words.day_input : view.inputs[look.input].name);
  side("answer", answerTop + ANSWER / 2 + 4, words.answer);
  dates(look, { left, at, each, y: bottom + 18 }, marks);
  return { height: bottom + 26, marks, handles };
}

function bars(look, { each, at, barsTop }, marks, handles) {
  const { view, days, trained, input } = look;
  const { low, high, base } = view.inputs[input];
  const y = (value) => barsTop + BARS * (1 - (clamp(value, low, high) - low) / (high - low));
  const wide = Math.max(each * 0.72, 1);
  marks.push({ key: "base", tag: "line", attributes: { class: "base", x1: at(0), x2: at(days.length), y1: y(base), y2: y(base) } });
  days.forEach((row, day) => {
    const [value, was] = [row[input], trained[day][input]];
    const x = at(day) + (each - wide) / 2;
    const id = dayId(day, input);
    const parts = [
      { key: "reach", tag: "rect", attributes: { class: "reach", x: at(day), y: barsTop - 8, width: each, height: BARS + 16 } },
      { key: "bar", tag: "rect", attributes: { class: "bar", x, y: Math.min(y(value), y(base)), width: wide, height: Math.max(Math.abs(y(value) - y(base)), 1), rx: Math.min(2, wide / 3) } },
      { key: "edge", tag: "line", attributes: { class: "edge", x1: x, x2: x + wide, y1: y(value), y2: y(value) } },
    ];
    if (value !== was) parts.push({ key: "was", tag: "line", attributes: { class: "was", x1: at(day), x2: at(day) + each, y1: y(was), y2: y(was) } });
    const kind = `handle day${value !== was ? " held" : ""}`;
    marks.push({ key: id, tag: "g", attributes: { class: kind, "data-handle": id }, marks: parts });
    handles.push({ id, day, input, low, high, value, pixels: BARS });
  });
}

/** A cell a step: gates as ink, states by sign, each row by its own largest. */
function strips(look, { each, at, stripsTop }, marks, side) {
  const { view } = look;
  look.strips.forEach(({ name, letter, values }, row) => {
    const y = stripsTop + row * ROW;
    const signed = !(name + "-fill" in view.colours);
    const extreme = signed ? Math.max(1, ...values.map(Math.abs)) : 1;
    values.forEach((value, t) => {
      const style = signed ? `fill:${ink(value, extreme)}` : `fill:var(--${name}-fill);fill-opacity:${value.toFixed(3)}`;
      marks.push({ key: `strip/${name}/${t}`, tag: "rect", attributes: { class: "strip", x: at(t + view.read - 1) + 0.5, y, width: Math.max(each - 1, 1), height: ROW - 2, rx: 2, style } });
    });
    side(`strip/${name}`, y + ROW - 4, [{ name: letter }]);
  });
}

function answers(look, { each, at, answerTop }, marks) {
  const { slopes, input } = look;
  const most = Math.max(1e-12, ...slopes.map((row) => Math.abs(row[input])), ...look.slopesBefore.map((row) => Math.abs(row[input])));
  const middle = answerTop + ANSWER / 2;
  const wide = Math.max(each * 0.72, 1);
  marks.push({ key: "zero", tag: "line", attributes: { class: "base", x1: at(0), x2: at(slopes.length), y1: middle, y2: middle } });
  slopes.forEach((row, day) => {
    const height = (row[input] / most) * (ANSWER / 2);
    const before = (look.slopesBefore[day][input] / most) * (ANSWER / 2);
    const x = at(day) + (each - wide) / 2;
    marks.push({ key: `answer/${day}`, tag: "rect", attributes: { class: "answer", x, y: Math.min(middle, middle - height), width: wide, height: Math.max(Math.abs(height), 0.5), style: `fill:${signHue(height)}` } });
    if (Math.abs(before - height) > 0.6) marks.push({ key: `before/${day}`, tag: "line", attributes: { class: "was", x1: x, x2: x + wide, y1: middle - before, y2: middle - before } });
  });
}

function dates(look, { left, at, each, y }, marks) {
  const { view, focus, days } = look;
  const shown = (day) => {
    const { offset, scale, digits } = view.inputs[look.input];
    const value = inDigits(days[day][look.input] * scale + offset, digits);
    return [`${view.dates[day]} · `, { bold: value }, ` · ${look.words.answer} ${three(look.slopes[day][look.input])}`];
  };
  const x = clamp(at(focus) + each / 2, left + 96, look.width - 130);
  marks.push({ key: "date", tag: "text", attributes: { class: "date", x, y, "text-anchor": "middle" }, text: shown(focus) });
}
