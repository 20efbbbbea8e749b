// One unit at one step as a picture: wires as wide as the numbers they carry, gates that fill as they open.

const THIN = 1.2;
const WIDER = 6; // pixels for each unit of |value|, up to MOST
const MOST = 1.4;
const NODE = 11;
const DRAWN = 64; // units whose wires are drawn; beyond that only the chosen unit's own
const LETTERS = { forget: "f", input: "i", candidate: "g", output: "o", reset: "r", update: "z", hidden: "h" };

class Picture {
  /** `look`: {width, stage, values, trained, changed(id), holds(what)} of the chosen unit, and `fan` for its wires. */
  constructor(look, height) {
    Object.assign(this, look, { height, marks: [], wires: [], handles: [] });
    this.narrow = look.width < 480;
    this.box = clamp(look.width * 0.115, 46, 84);
  }

  x = (share) => Math.round(share * this.width);
  lit = (stages) => !this.stage || stages.split(" ").includes(this.stage);
  dim = (stages) => (this.lit(stages) ? "" : " dim");

  wire(key, stages, points, value, hue = signHue(value), gap = 0) {
    const wide = THIN + WIDER * clamp(Math.abs(value), 0, MOST);
    const style = `stroke:${hue}`;
    const head = gap !== null;
    const shortened = points.map((point) => [...point]);
    const end = points[points.length - 1];
    const from = points[points.length - 2];
    const far = Math.hypot(end[0] - from[0], end[1] - from[1]);
    const [dx, dy] = [(end[0] - from[0]) / far, (end[1] - from[1]) / far];
    const tip = [end[0] - dx * (gap || 0), end[1] - dy * (gap || 0)];
    const half = Math.max(5, wide * 0.85);
    if (head) shortened[shortened.length - 1] = [tip[0] - dx * half * 1.4, tip[1] - dy * half * 1.4];
    const kind = `wire${this.dim(stages)}`;
    this.wires.push({ key, tag: "path", attributes: { class: kind, d: rounded(shortened), style, "stroke-width": wide.toFixed(2) } });
    if (!head) return;
    const back = [tip[0] - dx * half * 1.6, tip[1] - dy * half * 1.6];
    const corners = [tip, [back[0] - dy * half, back[1] + dx * half], [back[0] + dy * half, back[1] - dx * half]];
    const points_ = corners.map((point) => point.map((v) => v.toFixed(1)).join(",")).join(" ");
    this.wires.push({ key: `${key}>`, tag: "polygon", attributes: { class: `head${this.dim(stages)}`, points: points_, style: `fill:${hue}` } });
  }

  node(key, stages, [x, y], sign) {
    this.marks.push({
      key: `node/${key}`, tag: "g", attributes: { class: `node${this.dim(stages)}` },
      marks: [
        { key: "ring", tag: "circle", attributes: { cx: x, cy: y, r: NODE } },
        { key: "sign", tag: "text", attributes: { x, y: y + 5.5, "text-anchor": "middle" }, text: sign },
      ],
    });
  }

  label(key, stages, [x, y], parts, value, anchor = "middle") {
    const text = value === undefined || !this.lit(stages) ? parts : [...parts, ` ${three(value)}`];
    this.marks.push({ key: `label/${key}`, tag: "text", attributes: { class: `label${this.dim(stages)}`, x, y, "text-anchor": anchor }, text });
  }

  /** A gate that fills from below as it opens; a candidate from its middle, by sign. Its level can be dragged. */
  gate(what, stages, x, y, letter = LETTERS[what]) {
    const [value, was] = [this.values[what], this.trained[what]];
    const signed = what === "candidate" || what === "hidden";
    const [w, h] = [this.box, 76];
    const [left, top] = [x - w / 2, y - h / 2];
    const level = (v) => (signed ? y - (v * h) / 2 : top + h * (1 - v));
    const from = signed ? y : top + h;
    const held = this.holds(what);
    const fill = signed ? `fill:${signHue(value)}` : `fill:var(--${what}-fill)`;
    const marks = [
      { key: "frame", tag: "rect", attributes: { class: "frame", x: left, y: top, width: w, height: h, rx: 7 } },
      { key: "level", tag: "rect", attributes: { class: "level", x: left + 1.5, y: Math.min(level(value), from), width: w - 3, height: Math.abs(level(value) - from), style: fill } },
    ];
    if (Math.abs(value - was) > 5e-4) {
      marks.push({ key: "was", tag: "line", attributes: { class: "was", x1: left, x2: left + w, y1: level(was), y2: level(was) } });
    }
    marks.push(
      { key: "edge", tag: "line", attributes: { class: "edge", x1: left + 1, x2: left + w - 1, y1: level(value), y2: level(value) } },
      { key: "letter", tag: "text", attributes: { class: "letter", x, y: y - 5, "text-anchor": "middle" }, text: [{ name: letter }] },
      { key: "value", tag: "text", attributes: { class: "value", x, y: y + 16, "text-anchor": "middle" }, text: this.lit(stages) ? three(value) : "" }
    );
    if (held) marks.push({ key: "lock", tag: "path", attributes: { class: "lock", d: `M${left + w - 5} ${top - 2}h10v8h-10zM${left + w - 3} ${top - 2}v-3a3 3 0 0 1 6 0v3` } });
    this.handle(`hold/${what}`, `gate${held ? " held" : ""}${this.dim(stages)}`, marks, { what, low: signed ? -1 : 0, high: 1, value, pixels: h });
  }

  /** A round number that can be dragged. */
  knob(id, stages, [x, y], value, drag, radius = 10) {
    const arrows = `M${x - 3.5} ${y - radius - 4}l3.5 -4l3.5 4M${x - 3.5} ${y + radius + 4}l3.5 4l3.5 -4`;
    const marks = [
      { key: "reach", tag: "circle", attributes: { class: "reach", cx: x, cy: y, r: Math.max(radius + 4, 12) } },
      { key: "arrows", tag: "path", attributes: { class: "arrows", d: arrows } },
      { key: "dot", tag: "circle", attributes: { class: "dot", cx: x, cy: y, r: radius, style: `fill:${ink(value, drag.extreme || 1)}` } },
    ];
    this.handle(id, `knob${drag.changed ? " held" : ""}${this.dim(stages)}`, marks, { ...drag, value, pixels: 120 });
  }

  handle(id, kind, marks, drag) {
    this.handles.push({ id, ...drag });
    this.marks.push({ key: id, tag: "g", attributes: { class: `handle ${kind}`, "data-handle": id }, marks });
  }

  /** The wires into the gates: a dot for each thing that is read, a line for each weight times what it meets. */
  fanned(gates, bottom, stages) {
    const { sources, weights, picked } = this.fan;
    const row = this.height - 40;
    const [left, right] = [this.x(0.045) + 6, this.x(0.84)];
    const gap = 1.6;
    const inputs = sources.filter((source) => source.kind === "input").length;
    const step = Math.min((right - left) / Math.max(sources.length - 1 + gap, 1), 74);
    const spread = (k) => Math.round(left + step * (k + (k >= inputs ? gap : 0)));
    gates.forEach(([gate, at], g) => {
      weights[g].forEach((weight, k) => {
        if (!weight) return;
        const from = spread(k);
        const to = at + this.box * 0.8 * ((k + 0.5) / sources.length - 0.5);
        const d = `M${from} ${row - 6}C${from} ${row - 52} ${to.toFixed(1)} ${bottom + 56} ${to.toFixed(1)} ${bottom + 1}`;
        const wide = 0.5 + 4.5 * clamp(Math.abs(weight.carried), 0, MOST);
        const chosen = weight.id === picked ? " picked" : "";
        this.wires.unshift({
          key: `fan/${gate}/${k}`, tag: "path",
          attributes: { class: `fan${chosen}${this.dim(stages[gate])}`, d, "data-weight": weight.id, style: `stroke:${signHue(weight.carried)}`, "stroke-width": wide.toFixed(2) },
        });
      });
    });
    const radius = clamp(step * 0.32, 2, 6);
    sources.forEach((source, k) => {
      const at = [spread(k), row];
      if (source.drag) this.knob(source.id, "forget input candidate output", at, source.value, source.drag, clamp(step * 0.4, 4, 9));
      else this.marks.push({ key: `dot/${k}`, tag: "circle", attributes: { class: "source", cx: at[0], cy: row, r: radius, style: `fill:${ink(source.value)}` } });
    });
    this.captions(sources, spread, row + 26);
  }

  /** What stands in the row: the input and the state of the step before; one lower where they would meet. */
  captions(sources, spread, y) {
    const first = (kind) => spread(sources.findIndex((source) => source.kind === kind)) - 7;
    const lower = first("memory") - first("input") < 150 ? 18 : 0;
    this.height += lower;
    for (const [kind, text, down] of [["input", this.fan.inputText, lower], ["memory", this.fan.memoryText, 0]]) {
      const attributes = { class: "label", x: first(kind), y: y + down, "text-anchor": "start" };
      this.marks.push({ key: `caption/${kind}`, tag: "text", attributes, text });
    }
  }

  done() {
    return { height: this.height, marks: [...this.wires, ...this.marks], handles: this.handles };
  }
}

function lstmPicture(look) {
  const p = new Picture(look, 390);
  const v = p.values;
  const [top, join, show, y, low] = [58, 132, 152, 226, 304];
  const [f, i, g, o, out] = [0.2, 0.385, 0.57, 0.755, 0.905].map(p.x);
  const plus = (i + g) / 2;
  const reach = Math.max(2, 2 * Math.abs(p.trained.cell_before));
  const [kept, added, above] = [v.forget * v.cell_before, v.input * v.candidate, y - 38];
  const stages = { forget: "forget", input: "input", candidate: "candidate input", output: "output" };
  p.wire("c0", "forget", [[24, top], [f, top]], v.cell_before, undefined, NODE);
  p.wire("kept", "forget cell", [[f, top], [plus, top]], kept, undefined, NODE);
  p.wire("c", "cell output", [[plus, top], [p.width - 6, top]], v.cell);
  p.wire("f", "forget", [[f, above], [f, top]], v.forget, "var(--forget)", NODE);
  p.wire("i", "input", [[i, above], [i, join], [plus, join]], v.input, "var(--input)", NODE);
  p.wire("g", "candidate input", [[g, above], [g, join], [plus, join]], v.candidate, undefined, NODE);
  p.wire("added", "input cell", [[plus, join], [plus, top]], added, undefined, NODE);
  p.wire("shown", "output", [[out, top], [out, show]], Math.tanh(v.cell), undefined, NODE);
  p.wire("o", "output", [[o, above], [o, show], [out, show]], v.output, "var(--output)", NODE);
  p.wire("h", "output", [[out, show], [out, low], [p.width - 6, low]], v.hidden);
  p.fanned([["input", i], ["forget", f], ["candidate", g], ["output", o]], y + 38, { ...stages, candidate: "candidate" });
  p.node("x1", "forget cell", [f, top], "×");
  p.node("x2", "input", [plus, join], "×");
  p.node("plus", "input cell", [plus, top], "+");
  p.node("x3", "output", [out, show], "×");
  for (const name of ["forget", "input", "candidate", "output"]) p.gate(name, stages[name], { forget: f, input: i, candidate: g, output: o }[name], y);
  p.knob("hold/cell_before", "forget", [16, top], v.cell_before, { what: "cell_before", low: -reach, high: reach, changed: p.holds("cell_before") });
  p.label("c0", "forget", [5, top - 24], [{ name: "c" }, { sub: "t−1" }], v.cell_before, "start");
  const middle = p.narrow ? [[f + 10, top - 24], "start"] : [[(f + plus) / 2, top - 24], "middle"];
  p.label("kept", "forget cell", middle[0], [{ name: "f" }, "·", { name: "c" }, { sub: "t−1" }], kept, middle[1]);
  p.label("c", "cell output", [p.width - 4, top - 24], [{ name: "c" }, { sub: "t" }], v.cell, "end");
  p.label("added", "input cell", [plus + 12, (top + join) / 2 + 5], [{ name: "i" }, "·", { name: "g" }], added, "start");
  p.label("tanh", "output", [out, (top + show) / 2 + 2], ["tanh"]);
  p.label("h", "output", [p.width - 4, low + 24], [{ name: "h" }, { sub: "t" }], v.hidden, "end");
  return p.done();
}

function gruPicture(look) {
  const p = new Picture(look, 390);
  const v = p.values;
  const [top, join, y] = [58, 138, 226];
  const [z, r, n] = [0.22, 0.47, 0.72].map(p.x);
  const above = y - 38;
  const [kept, fresh] = [v.update * v.hidden_before, (1 - v.update) * v.candidate];
  const stages = { reset: "", update: "", candidate: "" };
  p.wire("h0", "", [[10, top], [z, top]], v.hidden_before, undefined, NODE);
  p.wire("kept", "", [[z, top], [n, top]], kept, undefined, NODE);
  p.wire("h", "", [[n, top], [p.width - 6, top]], v.hidden);
  p.wire("rest", "", [[z, join], [n, join]], 1 - v.update, "var(--update)", NODE);
  p.wire("z", "", [[z, above], [z, top]], v.update, "var(--update)", NODE);
  p.wire("r", "", [[r + p.box / 2, y], [n - p.box / 2, y]], v.reset, "var(--reset)", 1);
  p.wire("n", "", [[n, above], [n, join]], v.candidate, undefined, NODE);
  p.wire("fresh", "", [[n, join], [n, top]], fresh, undefined, NODE);
  p.fanned([["reset", r], ["update", z], ["candidate", n]], y + 38, stages);
  p.node("x1", "", [z, top], "×");
  p.node("x2", "", [n, join], "×");
  p.node("plus", "", [n, top], "+");
  p.gate("update", "", z, y);
  p.gate("reset", "", r, y);
  p.gate("candidate", "", n, y, "n");
  p.label("h0", "", [5, top - 24], [{ name: "h" }, { sub: "t−1" }], v.hidden_before, "start");
  p.label("kept", "", [(z + n) / 2, top - 24], [{ name: "z" }, "·", { name: "h" }, { sub: "t−1" }], kept);
  p.label("h", "", [p.width - 4, top - 24], [{ name: "h" }, { sub: "t" }], v.hidden, "end");
  p.label("rest", "", [(z + n) / 2, join - 14], ["1−", { name: "z" }], 1 - v.update);
  p.label("fresh", "", [n + 14, (top + join) / 2 + 5], ["(1−", { name: "z" }, ")·", { name: "n" }], fresh, "start");
  return p.done();
}

function rnnPicture(look) {
  const p = new Picture(look, 282);
  const [at, y, top] = [p.x(0.5), 128, 44];
  p.wire("h", "", [[at, y - 38], [at, top], [p.width - 6, top]], p.values.hidden);
  p.fanned([["hidden", at]], y + 38, { hidden: "" });
  p.gate("hidden", "", at, y, "tanh");
  p.label("h", "", [p.width - 4, top - 18], [{ name: "h" }, { sub: "t" }], p.values.hidden, "end");
  return p.done();
}

const PICTURES = { lstm: lstmPicture, gru: gruPicture, rnn: rnnPicture };
