// What stands around the picture: the forecast, the list of changes, a weight, the equations, and all numbers as text.

/** The forecast as trained, and now. */
class Result {
  constructor() {
    this.title = made("div", { class: "title" });
    [this.before, this.arrow, this.after, this.unit, this.move] = ["before", "arrow", "after", "unit", "move"].map((name) => made("span", { class: name }));
    this.arrow.textContent = "→";
    this.arrow.setAttribute("aria-hidden", "true");
    this.where = made("div", { class: "title where" });
    this.came = made("div", { class: "came" });
    this.said = made("div", { class: "heard", role: "status" });
    const numbers = made("div", { class: "numbers" }, this.before, this.arrow, this.after, this.unit, this.move);
    this.root = made("header", {}, made("div", {}, this.title, numbers, this.came), this.where, this.said);
  }

  show({ view, before, after, where }) {
    write(this.where, where);
    const { target, words } = view;
    const [was, now] = [before, after].map((value) => inDigits(value, target.digits));
    const change = after - before;
    write(this.title, filled(words.forecast, { date: target.date }));
    write(this.before, was);
    write(this.after, now);
    write(this.unit, target.unit || "");
    const share = target.kind === "close" || target.kind === "return" ? ` (${signed((100 * change) / Math.abs(before))}%)` : "";
    const moved = Math.abs(change) > 1e-12 * Math.max(1, Math.abs(before));
    write(this.move, moved ? `${signed(change)}${share}` : words.unchanged);
    write(this.came, target.came === null ? "" : filled(words.came, { value: inDigits(target.came, target.digits) }));
    this.root.classList.toggle("moved", moved);
  }

  /** For a reader's ear, once a hand has come to rest. */
  say(view, before, after) {
    const forecast = filled(view.words.forecast, { date: view.target.date });
    const values = { forecast, before: inDigits(before, view.target.digits), after: inDigits(after, view.target.digits) };
    write(this.said, filled(view.words.moved, values));
  }
}

const signed = (value) => (value > 0 ? "+" : "") + three(value);

/** Each change with its two values and a button that takes it back. */
class Changes {
  constructor(takeBack, reset) {
    this.takeBack = takeBack;
    this.list = made("ul");
    this.title = made("span", { class: "title" });
    this.reset = made("button", { type: "button", class: "reset", onclick: reset });
    this.intro = made("p", { class: "intro" });
    this.filled = made("div", { class: "filled" }, made("div", { class: "head" }, this.title, this.reset), this.list);
    this.root = made("div", { class: "changes" }, this.intro, this.filled);
    this.rows = new Map();
  }

  show(words, changes) {
    write(this.intro, words.intro);
    write(this.title, words.changed);
    write(this.reset, words.reset);
    this.intro.hidden = changes.length > 0;
    this.filled.hidden = !changes.length;
    for (const [id, row] of this.rows) {
      if (changes.some((one) => one.id === id)) continue;
      row.root.remove();
      this.rows.delete(id);
    }
    for (const change of changes) {
      const row = this.rows.get(change.id) || this.row(change.id);
      write(row.what, change.told);
      write(row.values, [`${change.shownBefore} → `, { bold: change.shown }]);
      row.button.setAttribute("aria-label", filled(change.kind === "hold" ? words.release : words.undo, { what: change.told }));
    }
  }

  row(id) {
    const row = { what: made("span", { class: "what" }), values: made("span", { class: "values" }) };
    row.button = made("button", { type: "button", onclick: () => this.takeBack(id) }, "×");
    row.root = made("li", {}, row.what, row.values, row.button);
    this.list.append(row.root);
    this.rows.set(id, row);
    return row;
  }
}

/** One weight of the unit: chosen from a list, or by pressing its wire; dragged. */
class Weight {
  constructor(pick, drag, rest) {
    this.label = made("label", { for: "pick" });
    this.select = made("select", { id: "pick", onchange: () => pick(this.select.value) });
    this.range = made("input", { type: "range", step: "any", oninput: () => drag(Number(this.range.value)), onchange: rest });
    this.value = made("output");
    this.root = made("div", { class: "weight" }, this.label, made("div", { class: "line" }, this.select, this.range, this.value));
  }

  /** `groups`: [{title, weights: [{id, told}]}], `current`: {id, before, value}. */
  show(words, groups, current) {
    write(this.label, words.weight);
    const key = JSON.stringify(groups.map((group) => [group.title, group.weights.map((weight) => weight.id)]));
    if (this.key !== key) {
      this.key = key;
      const option = ({ id, told }) => made("option", { value: id }, told);
      this.select.replaceChildren(...groups.map(({ title, weights }) => made("optgroup", { label: title }, ...weights.map(option))));
    }
    this.select.value = current.id;
    const reach = Math.max(2 * Math.abs(current.before), 2);
    this.range.min = -reach;
    this.range.max = reach;
    this.range.value = current.value;
    this.range.setAttribute("aria-label", words.weight_value);
    this.range.setAttribute("aria-valuetext", three(current.value));
    write(this.value, three(current.value));
    this.root.classList.toggle("held", current.value !== current.before);
  }
}

/** The unit's equations at the step, with the numbers of this moment; `sums` by gate as `termsOf` has them. */
function equationLines(cell, v, sums, held) {
  const n = three;
  const brackets = (value) => (value < 0 ? `(${n(value)})` : n(value));
  const plus = (value) => (value < 0 ? ` − ${n(-value)}` : ` + ${n(value)}`);
  const times = (a, b) => `${brackets(a)} · ${brackets(b)}`;
  const gate = (what, letter) => {
    const { input, memory, bias } = sums[what];
    const curve = isSigmoid(cell, what) ? "σ" : "tanh";
    const sum = held(what) ? [`${held(what)} `] : [`${curve}(${n(input)}${plus(memory)}${plus(bias)}) = `];
    return { hue: what, parts: [{ name: letter }, " = ", ...sum, { bold: n(v[what]) }] };
  };
  const [c, h] = [{ name: "c" }, { name: "h" }];
  const [now, before] = [{ sub: "t" }, { sub: "t−1" }];
  if (cell === "rnn") return [gate("hidden", "h")];
  if (cell === "gru") {
    const h_t = [h, now, " = ", { name: "(1−z)·n + z·h" }, before, " = ", `${times(1 - v.update, v.candidate)} + ${times(v.update, v.hidden_before)} = `, { bold: n(v.hidden) }];
    return [{ parts: h_t }, gate("update", "z"), gate("reset", "r"), gate("candidate", "n")];
  }
  return [
    { parts: [c, now, " = ", { name: "f·c" }, before, " + ", { name: "i·g" }, ` = ${times(v.forget, v.cell_before)} + ${times(v.input, v.candidate)} = `, { bold: n(v.cell) }] },
    { parts: [h, now, " = ", { name: "o" }, "·tanh ", c, now, ` = ${n(v.output)} · tanh(${n(v.cell)}) = `, { bold: n(v.hidden) }] },
    gate("forget", "f"), gate("input", "i"), gate("candidate", "g"), gate("output", "o"),
  ];
}

class Equations {
  constructor() {
    this.root = made("div", { class: "equations" });
  }

  show(lines, rule) {
    const all = [...lines, { parts: rule, quiet: true }];
    while (this.root.children.length < all.length) this.root.append(made("div"));
    while (this.root.children.length > all.length) this.root.lastChild.remove();
    all.forEach(({ parts, hue, quiet }, k) => {
      const line = this.root.children[k];
      line.className = quiet ? "rule" : "";
      line.style.setProperty("--hue", hue ? `var(--${hue}, var(--ink))` : "var(--ink)");
      write(line, parts);
    });
  }
}

/** Every value once more as a number in a table; filled only while it is open. */
class Numbers {
  constructor(opened) {
    this.summary = made("summary");
    this.tables = made("div", { class: "tables" });
    this.root = made("details", { ontoggle: opened }, this.summary, this.tables);
  }

  /** `tables`: [{caption, head, rows}] of texts; a row's first cell heads it. */
  show(words, tables) {
    write(this.summary, words.numbers);
    if (!this.root.open) return;
    this.tables.replaceChildren(
      ...tables.map(({ caption, head, rows }) => {
        const top = made("tr", {}, ...head.map((text) => made("th", { scope: "col" }, text)));
        const body = rows.map((row) => made("tr", {}, ...row.map((text, k) => made(k ? "td" : "th", k ? {} : { scope: "row" }, text))));
        return made("table", {}, made("caption", {}, caption), made("thead", {}, top), made("tbody", {}, ...body));
      })
    );
  }
}
