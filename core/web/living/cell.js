// The living cell: holds what was changed, computes, and draws; the server hears nothing of it.

const networks = new Map(); // by run, the last few
const KEPT = 4;
const cells = new Map(); // by the element it lives in

class Cell {
  constructor(parent) {
    this.changes = new Map();
    this.every = false;
    this.focus = -1;
    this.input = 0;
    this.result = new Result();
    this.changed = new Changes((id) => this.takeBack(id), () => this.reset());
    this.weight = new Weight((id) => this.pick(id), (value) => this.drag(`pick`, value), () => this.rest());
    this.equations = new Equations();
    this.numbers = new Numbers(() => this.draw());
    this.everyBox = made("input", { type: "checkbox", id: "every", onchange: () => (this.every = this.everyBox.checked) });
    this.everyText = made("label", { for: "every" });
    this.inputs = made("select", { class: "inputs", onchange: () => this.chooseInput(Number(this.inputs.value)) });
    this.stages = made("div", { class: "stages", role: "group" });
    this.picture = new Panel(this, "picture");
    this.days = new Panel(this, "days");
    const every = made("div", { class: "every" }, this.everyBox, this.everyText);
    const aside = made("div", { class: "aside" }, this.changed.root, every, this.weight.root, this.equations.root);
    const days = made("div", { class: "under" }, this.inputs, this.days.root);
    const main = made("div", { class: "main" }, this.picture.root, days, aside);
    this.root = made("section", { class: "cell" }, this.result.root, this.stages, main, this.numbers.root);
    parent.append(this.root);
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.root);
  }

  open(view) {
    if (this.view && this.view.place !== view.place) this.changes.clear();
    if (!this.view || this.view.place !== view.place) [this.focus, this.stage] = [view.days.length - 1, (view.stages || [{}])[0].stage];
    const looked = `${view.layer}/${view.unit}`;
    if (this.looked !== looked) this.picked = null;
    [this.looked, this.view] = [looked, view];
    for (const [name, colour] of Object.entries(view.colours)) this.root.style.setProperty(`--${name}`, colour);
    this.root.classList.toggle("lesson", Boolean(view.stages));
    this.input = Math.min(this.input, view.inputs.length - 1);
    this.inputs.hidden = view.inputs.length < 2;
    this.inputs.replaceChildren(...view.inputs.map(({ name }, k) => made("option", { value: k }, name)));
    this.inputs.value = this.input;
    this.inputs.setAttribute("aria-label", view.words.day_input);
    write(this.everyText, view.words.every);
    this.follow();
    this.refresh();
  }

  refresh() {
    this.net = this.view && networks.get(this.view.run);
    if (!this.net) return;
    this.trained = answerOf(this.net, this.view, this.view.days, []);
    this.draw();
  }

  end() {
    this.watch.disconnect();
    if (this.following) document.removeEventListener("scroll", this.following, { capture: true });
  }

  /** Draws before the next frame, however often it is asked. */
  soon() {
    this.waiting ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
    if (!this.net || !this.root.clientWidth) return;
    const { view } = this;
    const changes = [...this.changes.values()];
    this.current = changedNetwork(this.net, changes);
    this.read = changedDays(view.days, changes);
    this.now = changes.length ? answerOf(this.current, view, this.read, heldBy(changes)) : this.trained;
    const where = filled(view.words.looked_at, { ...this.place(), date: view.dates[view.step + view.read - 1] });
    this.result.show({ view, before: this.trained.forecast, after: this.now.forecast, where });
    this.changed.show(view.words, changes);
    this.root.classList.toggle("wide", this.root.clientWidth >= 780 && !view.stages);
    this.picture.show((width) => PICTURES[this.net.cell](this.look(width)), filled(view.words.picture, this.place()));
    if (!view.stages) this.drawRest();
    if (!this.dragging) this.numbers.show(view.words, numberTables(this));
  }

  drawRest() {
    const { view, net } = this;
    const v = this.values(this.now);
    const names = STATES[net.cell];
    const strips = names.map((name) => ({ name, letter: this.letter(name), values: this.now.steps.map((column) => column[view.layer][name][view.unit]) }));
    const look = { view, days: this.read, trained: view.days, slopes: this.now.slopes, slopesBefore: this.trained.slopes, input: this.input, strips, focus: this.focus, words: view.words };
    this.days.show((width) => daysPicture({ ...look, width }), view.words.days);
    const sums = Object.fromEntries(GATES[net.cell].map((gate) => [gate, termsOf(this.current, view.layer, view.unit, gate, this.states(this.now), this.below(this.now))]));
    const rule = [net.cell === "rnn" ? "tanh" : "σ, tanh", " ( ", { name: "W·x" }, { sub: "t" }, " + ", { name: "U·h" }, { sub: "t−1" }, " + ", { name: "b" }, " )"];
    this.equations.show(equationLines(net.cell, v, sums, (what) => this.holds(what) && view.words.held), rule);
    this.showWeight();
  }

  place = () => ({ layer: this.view.layer + 1, unit: this.view.unit + 1, step: this.view.step + 1 });
  letter = (name) => (name === "candidate" && this.net.cell === "gru" ? "n" : { cell: "c", ...LETTERS }[name]);
  states = (answer) => answer.steps[this.view.step][this.view.layer];
  below = (answer) => (this.view.layer ? answer.steps[this.view.step][this.view.layer - 1].hidden : answer.x[this.view.step]);
  values = (answer) => Object.fromEntries(Object.entries(this.states(answer)).map(([name, all]) => [name, all[this.view.unit]]));

  holds(what) {
    const { layer, unit, step } = this.view;
    return this.changes.has(holdId(what, layer, unit, step)) || this.changes.has(holdId(what, layer, unit, null));
  }

  look(width) {
    const fan = fanOf(this);
    return { width, stage: this.stage, values: this.values(this.now), trained: this.values(this.trained), holds: (what) => this.holds(what), fan };
  }

  // --- what can be changed ---------------------------------------------------------------------------------------

  /** A handle by its name on the screen, as the change it makes. */
  target(id) {
    const { view, net } = this;
    const { layer, unit, step } = view;
    if (id.startsWith("day/")) {
      const [day, input] = id.split("/").slice(1).map(Number);
      const { name, scale, offset, digits } = view.inputs[input];
      const shown = (value) => inDigits(value * scale + offset, digits);
      return { id, kind: "day", day, input, before: view.days[day][input], told: `${name}, ${view.dates[day]}`, write: shown };
    }
    if (id === "pick") {
      const weight = weightsOf(net, layer, unit).find((one) => weightId(one.name, one.layer, one.index) === this.picked);
      return { id: this.picked, kind: "weight", ...weight, before: weightAt(net, weight), told: this.weightTold(weight), write: three };
    }
    const what = id.split("/")[1];
    const at = this.every ? null : step;
    const when = this.every ? view.words.always : filled(view.words.at_step, { step: step + 1 });
    const told = filled(view.words.where, { what: view.words.names[what], unit: unit + 1, layer: layer + 1, when });
    return { id: holdId(what, layer, unit, at), kind: "hold", what, layer, unit, step: at, before: this.values(this.trained)[what], told, write: three };
  }

  drag(id, value) {
    const target = this.target(id);
    const { layer, unit, step } = this.view;
    if (target.kind === "hold" && target.step === null) this.changes.delete(holdId(target.what, layer, unit, step));
    const same = target.kind !== "hold" && value === target.before;
    if (same) this.changes.delete(target.id);
    else this.changes.set(target.id, { ...target, value, shown: target.write(value), shownBefore: target.write(target.before) });
    if (target.kind === "day") this.focus = target.day;
    this.soon();
  }

  takeBack(id) {
    this.changes.delete(id);
    this.draw();
    this.rest();
  }

  /** Takes back what a handle has changed, at this step or at every one. */
  release(id) {
    const { layer, unit, step } = this.view;
    const what = id.split("/")[1];
    const ids = id.startsWith("hold/") ? [holdId(what, layer, unit, step), holdId(what, layer, unit, null)] : [id];
    ids.forEach((one) => this.changes.delete(one));
    this.draw();
    this.rest();
  }

  reset() {
    this.changes.clear();
    this.draw();
    this.rest();
  }

  /** A hand has come to rest: a screen reader hears the forecast, the tables follow. */
  rest() {
    this.dragging = false;
    this.draw();
    if (this.view && this.now) this.result.say(this.view, this.trained.forecast, this.now.forecast);
  }

  pick(id) {
    this.picked = id;
    this.draw();
  }

  chooseInput(input) {
    this.input = input;
    this.draw();
  }

  weightTold({ gate, source, number }) {
    const { words, inputs } = this.view;
    const several = source === "from_input" && inputs.length > 1;
    const input = several ? inputs[(number - 1) % inputs.length].name : "";
    const from = filled(words[several ? "from_named_input" : source], { number, input });
    return gate ? `${words.names[gate]}, ${from}` : words[source];
  }

  showWeight() {
    const { view } = this;
    const all = weightsOf(this.net, view.layer, view.unit).map((one) => ({ ...one, id: weightId(one.name, one.layer, one.index) }));
    if (!all.some((one) => one.id === this.picked)) this.picked = (all.find((one) => ["forget", "update", "hidden"].includes(one.gate)) || all[0]).id;
    const groups = [...new Set(all.map((one) => one.gate))].map((gate) => ({
      title: gate ? view.words.names[gate] : view.words.head,
      weights: all.filter((one) => one.gate === gate).map((one) => ({ id: one.id, told: this.weightTold(one) })),
    }));
    const weight = all.find((one) => one.id === this.picked);
    this.weight.show(view.words, groups, { id: this.picked, before: weightAt(this.net, weight), value: weightAt(this.current, weight) });
  }

  // --- the lesson: the picture goes through its stages as the text is read -----------------------------------------

  follow() {
    const { stages } = this.view;
    this.stages.hidden = !stages;
    if (!stages) return;
    const button = ({ stage, title }) => made("button", { type: "button", "aria-pressed": String(stage === this.stage), onclick: () => this.go(stage) }, title);
    this.stages.replaceChildren(...stages.map(button));
    if (this.following) return;
    this.following = () => this.readOn();
    document.addEventListener("scroll", this.following, { capture: true, passive: true });
  }

  /** The last section whose head has come up to two fifths of the window is being read. */
  readOn() {
    const line = 0.4 * window.innerHeight;
    const top = ({ anchor }) => document.querySelector(`.st-key-${anchor}`)?.getBoundingClientRect().top ?? Infinity;
    const read = this.view.stages.filter((one) => one.anchor && top(one) < line).pop();
    if (!read || read.stage === this.reading) return;
    this.reading = read.stage;
    this.go(read.stage);
  }

  go(stage) {
    this.stage = stage;
    this.view.stages.forEach((one, k) => this.stages.children[k].setAttribute("aria-pressed", String(one.stage === stage)));
    this.draw();
  }
}

export default function ({ data, parentElement }) {
  if (data.network) {
    networks.delete(data.run);
    networks.set(data.run, networkOf(data.network));
    if (networks.size > KEPT) networks.delete(networks.keys().next().value);
    for (const cell of cells.values()) cell.refresh();
  }
  if (!data.days) return undefined;
  const cell = cells.get(parentElement) || new Cell(parentElement);
  cells.set(parentElement, cell);
  cell.open(data);
  const gone = () => {
    if (cell.root.isConnected) return; // only new data came
    cells.delete(parentElement);
    cell.end();
  };
  return () => setTimeout(gone);
}
