// A drawing with handles: dragged up and down, or moved by keys; each is a slider to a screen reader.

const STEPS = 50; // key presses from one end to the other

class Panel {
  constructor(cell, kind) {
    this.cell = cell;
    this.kind = kind;
    this.handles = new Map();
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("role", "group");
    this.marks = new Marks(this.svg);
    this.root = made("div", { class: kind });
    this.root.append(this.svg);
    this.svg.addEventListener("pointerdown", (event) => this.down(event));
    this.svg.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => this.up());
    this.svg.addEventListener("keydown", (event) => this.press(event));
    this.svg.addEventListener("focusin", (event) => this.focused(this.named(event)));
    this.svg.addEventListener("dblclick", (event) => this.named(event) && cell.release(this.named(event).id));
    this.svg.addEventListener("click", (event) => event.target.dataset.weight && cell.pick(event.target.dataset.weight));
  }

  show(draw, label) {
    const width = this.root.clientWidth;
    if (!width) return;
    const { height, marks, handles } = draw(width);
    for (const [name, value] of [["viewBox", `0 0 ${width} ${height}`], ["height", height], ["aria-label", label]]) this.svg.setAttribute(name, value);
    this.handles = new Map(handles.map((handle) => [handle.id, handle]));
    for (const mark of marks) if (this.handles.has(mark.key)) Object.assign(mark.attributes, this.spoken(this.handles.get(mark.key)));
    this.marks.draw(marks);
  }

  /** What makes a handle a slider. Of many days one is reached by Tab, the others by left and right. */
  spoken({ id, value, low, high, day }) {
    const { told, write } = this.cell.target(id);
    const { words } = this.cell.view;
    const reached = this.kind !== "days" || day === this.cell.focus;
    return {
      role: "slider", tabindex: reached ? 0 : -1, "aria-label": told, "aria-orientation": "vertical",
      "aria-description": this.kind === "days" ? words.day_keys : words.keys,
      "aria-valuemin": low.toFixed(4), "aria-valuemax": high.toFixed(4), "aria-valuenow": value.toFixed(4), "aria-valuetext": write(value),
    };
  }

  named(event) {
    const element = event.target.closest("[data-handle]");
    return element && this.handles.get(element.dataset.handle);
  }

  focused(handle) {
    if (!handle || handle.day === undefined || this.kind !== "days" || handle.day === this.cell.focus) return;
    this.cell.focus = handle.day;
    this.cell.soon();
  }

  down(event) {
    const handle = this.named(event);
    if (!handle || event.button) return;
    event.target.closest("[data-handle]").focus({ preventScroll: true });
    this.svg.setPointerCapture(event.pointerId);
    this.held = { ...handle, from: event.clientY, moved: false };
    event.preventDefault();
  }

  move(event) {
    if (!this.held) return;
    const { id, from, value, low, high, pixels } = this.held;
    const by = from - event.clientY;
    if (!this.held.moved && Math.abs(by) < 2) return;
    this.held.moved = this.cell.dragging = true;
    this.cell.root.classList.add("dragging");
    this.cell.drag(id, clamp(value + (by * (high - low)) / pixels, Math.min(low, value), Math.max(high, value)));
  }

  up() {
    const moved = this.held?.moved;
    this.held = null;
    this.cell.root.classList.remove("dragging");
    if (moved) this.cell.rest();
  }

  press(event) {
    const handle = this.named(event);
    if (!handle) return;
    const { id, low, high, day } = handle;
    const step = (high - low) / STEPS;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const end = { Home: low, End: high }[event.key];
    if (["Delete", "Backspace"].includes(event.key)) this.cell.release(id);
    else if (sideways && this.kind === "days") this.neighbour(day + sideways);
    else if (by) this.cell.drag(id, clamp(handle.value + by * step, low, high));
    else if (end !== undefined) this.cell.drag(id, end);
    else return;
    event.preventDefault();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.cell.rest(), 600); // a reader hears the end of a row of presses
  }

  neighbour(day) {
    const id = dayId(clamp(day, 0, this.cell.view.days.length - 1), this.cell.input);
    this.svg.querySelector(`[data-handle="${id}"]`).focus();
  }
}

/** What the unit reads at the step: its sources in a row, and the wires from each into every gate. */
function fanOf(cell) {
  const { view, net, current, now } = cell;
  const s = cell.states(now);
  const below = cell.below(now);
  const F = view.inputs.length;
  const few = (count, own) => (count <= DRAWN ? Array.from({ length: count }, (_, k) => k) : [own]);
  const width = current.layers[view.layer].width;
  const inputs = few(width, view.layer ? view.unit : width - 1).map((k) => {
    if (view.layer) return { kind: "input", k, value: below[k] };
    const [day, input] = [view.step + Math.floor(k / F), k % F];
    const { low, high } = view.inputs[input];
    const id = dayId(day, input);
    return { kind: "input", k, value: below[k], id, drag: { low, high, day, changed: cell.changes.has(id) } };
  });
  const memory = few(net.units, view.unit).map((k) => {
    const source = { kind: "memory", k, value: s.hidden_before[k] };
    const drag = { what: "hidden_before", low: -1, high: 1, changed: cell.holds("hidden_before") };
    return k === view.unit ? { ...source, id: "hold/hidden_before", drag } : source;
  });
  const sources = [...inputs, ...memory];
  const weights = GATES[net.cell].map((gate, g) => {
    const row = g * net.units + view.unit;
    const reset = net.cell === "gru" && gate === "candidate" ? s.reset[view.unit] : 1;
    return sources.map(({ kind, k, value }) => {
      const name = kind === "input" ? "weight_ih" : "weight_hh";
      const index = row * (kind === "input" ? width : net.units) + k;
      const carried = current.layers[view.layer][name][index] * value * (kind === "input" ? 1 : reset);
      return { id: weightId(name, view.layer, index), carried };
    });
  });
  const own = ({ scale, offset, digits }) => ` ${three(below[0])}${scale === 1 ? "" : ` (${inDigits(below[0] * scale + offset, digits)})`}`;
  const read = view.layer ? [{ name: "h" }, { sub: "t" }, ` (${view.words.below})`] : [{ name: "x" }, { sub: "t" }, width === 1 ? own(view.inputs[0]) : ""];
  const memoryText = [{ name: "h" }, { sub: "t−1" }, ` ${three(s.hidden_before[view.unit])}`];
  return { sources, weights, picked: cell.picked, inputText: read, memoryText };
}

/** Every number of the view: the days with the forecast's answers, and the unit at each step. */
function numberTables(cell) {
  const { view, read, now, net } = cell;
  const names = STATES[net.cell];
  const own = view.inputs.flatMap(({ name }) => [name, filled(view.words.answer_to, { input: name })]);
  const days = read.map((row, day) => [
    view.dates[day],
    ...view.inputs.flatMap(({ scale, offset, digits }, k) => [inDigits(row[k] * scale + offset, digits), three(now.slopes[day][k])]),
  ]);
  const steps = now.steps.map((column, t) => [String(t + 1), ...names.map((name) => three(column[view.layer][name][view.unit]))]);
  const weights = weightsOf(net, view.layer, view.unit).map((one) => [cell.weightTold(one), three(weightAt(cell.current, one))]);
  return [
    { caption: view.words.days, head: [view.words.date, ...own], rows: days },
    { caption: filled(view.words.picture, cell.place()), head: [view.words.step, ...names.map((name) => view.words.names[name])], rows: steps },
    { caption: view.words.weights, head: [view.words.weight, view.words.value], rows: weights },
  ];
}
