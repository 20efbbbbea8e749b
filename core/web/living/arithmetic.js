// The network in the browser: the forward and backward pass of core/introspect in plain functions, all in float64.
// T steps, L layers, H units, F inputs a day; a layer's matrices lie row by row, gate by gate, as in PyTorch.

const GATES = {
  lstm: ["input", "forget", "candidate", "output"], // PyTorch's order in every stacked matrix
  gru: ["reset", "update", "candidate"],
  rnn: ["hidden"],
};
const STATES = {
  lstm: ["forget", "input", "output", "candidate", "cell", "hidden"], // in the order they are drawn
  gru: ["reset", "update", "candidate", "hidden"],
  rnn: ["hidden"],
};
const isSigmoid = (cell, gate) => gate !== "candidate" && gate !== "hidden";
const sigmoid = (z) => 0.5 + 0.5 * Math.tanh(0.5 * z); // no exponential overflows

/** Little-endian float32 in base64, as float64. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
}

/** {cell, inputs, units, layers, weights}: as core/web/living/data.py packs it, to matrices. */
function networkOf({ cell, inputs, units, layers, weights }) {
  const all = unpacked(weights);
  const rows = GATES[cell].length * units;
  let at = 0;
  const take = (count) => all.subarray(at, (at += count));
  const stack = Array.from({ length: layers }, (_, k) => {
    const width = k ? units : inputs;
    return { width, weight_ih: take(rows * width), weight_hh: take(rows * units), bias_ih: take(rows), bias_hh: take(rows) };
  });
  return { cell, inputs, units, layers: stack, head: take(units), head_bias: take(1) };
}

/** W v + b, rows of `width`. */
function affine(matrix, bias, vector, width) {
  const found = new Float64Array(bias.length);
  for (let row = 0, at = 0; row < bias.length; row++) {
    let sum = bias[row];
    for (let k = 0; k < width; k++) sum += matrix[at++] * vector[k];
    found[row] = sum;
  }
  return found;
}

/** W^T v added to `sum`. */
function addTransposed(sum, matrix, vector, width) {
  for (let row = 0, at = 0; row < vector.length; row++) {
    const v = vector[row];
    for (let k = 0; k < width; k++) sum[k] += matrix[at++] * v;
  }
}

/** What is held by hand at one layer and step: [{what, layer, step, unit, value}], `step` null for every step. */
const heldAt = (held, layer, step) =>
  held.filter((one) => one.layer === layer && (one.step === null || one.step === step));

function set(states, what, held) {
  for (const one of held) if (one.what === what) states[what][one.unit] = one.value;
}

/** One step forward of one layer. `before` is {hidden} or, for LSTM, {hidden, cell}; every state is (H). */
function stepForward(cell, layer, x, before, held) {
  const H = before.hidden.length;
  const s = { hidden_before: Float64Array.from(before.hidden) };
  if (cell === "lstm") s.cell_before = Float64Array.from(before.cell);
  for (const what of ["hidden_before", "cell_before"]) if (s[what]) set(s, what, held);
  const fromInput = affine(layer.weight_ih, layer.bias_ih, x, layer.width);
  const fromMemory = affine(layer.weight_hh, layer.bias_hh, s.hidden_before, H);
  const gate = (name, index, act, memory = (k) => fromMemory[index * H + k]) => {
    s[name] = Float64Array.from({ length: H }, (_, k) => act(fromInput[index * H + k] + memory(k)));
    set(s, name, held);
  };
  if (cell === "lstm") {
    gate("input", 0, sigmoid);
    gate("forget", 1, sigmoid);
    gate("candidate", 2, Math.tanh);
    gate("output", 3, sigmoid);
    s.cell = s.forget.map((f, k) => f * s.cell_before[k] + s.input[k] * s.candidate[k]);
    s.hidden = s.output.map((o, k) => o * Math.tanh(s.cell[k]));
  } else if (cell === "gru") {
    gate("reset", 0, sigmoid);
    gate("update", 1, sigmoid);
    s.recalled = fromMemory.slice(2 * H);
    gate("candidate", 2, Math.tanh, (k) => s.reset[k] * s.recalled[k]);
    s.hidden = s.update.map((z, k) => (1 - z) * s.candidate[k] + z * s.hidden_before[k]);
  } else {
    gate("hidden", 0, Math.tanh);
  }
  return s;
}

/** The whole pass over x, T vectors: {steps: [T][L] states, outputs: (T)}. `memory` is {hidden, cell}, [L][H] each. */
function forward(net, x, memory = null, held = []) {
  const blank = () => new Float64Array(net.units);
  let before = net.layers.map((_, k) => ({
    hidden: memory ? memory.hidden[k] : blank(),
    cell: memory && memory.cell ? memory.cell[k] : blank(),
  }));
  const steps = x.map((input, t) => {
    let below = input;
    const column = net.layers.map((layer, k) => {
      const states = stepForward(net.cell, layer, below, before[k], heldAt(held, k, t));
      below = states.hidden;
      return states;
    });
    before = column;
    return column;
  });
  return { steps, outputs: Float64Array.from(steps, (column) => readOut(net, column[column.length - 1].hidden)) };
}

function readOut(net, hidden) {
  let sum = net.head_bias[0];
  for (let k = 0; k < net.units; k++) sum += net.head[k] * hidden[k];
  return sum;
}

/** d(last output)/dx, T vectors: backpropagation through time. What is held by hand lets no gradient through. */
function backward(net, x, trace, held = []) {
  const H = net.units;
  const top = net.layers.length - 1;
  const dx = x.map(() => null);
  let later = net.layers.map(() => ({ hidden: new Float64Array(H), cell: new Float64Array(H) }));
  for (let t = x.length - 1; t >= 0; t--) {
    let above = t === x.length - 1 ? net.head : new Float64Array(H);
    const earlier = [];
    for (let k = top; k >= 0; k--) {
      const slope = { hidden: later[k].hidden.map((v, unit) => v + above[unit]), cell: later[k].cell };
      const back = stepBack(net.cell, net.layers[k], trace.steps[t][k], slope, heldAt(held, k, t));
      earlier[k] = back.before;
      above = back.below;
    }
    later = earlier;
    dx[t] = above;
  }
  return dx;
}

/** One step back: from the slope at what the step leaves to the slope at what it took, and at its input. */
function stepBack(cell, layer, s, slope, held) {
  const H = s.hidden.length;
  const gates = GATES[cell];
  const pre = new Float64Array(gates.length * H); // at W_ih x + b_ih
  const before = { hidden: new Float64Array(H), cell: new Float64Array(H) };
  const isHeld = (what, unit) => held.some((one) => one.what === what && one.unit === unit);
  const through = (name, unit, d) => {
    const v = s[name][unit];
    const own = isHeld(name, unit) ? 0 : isSigmoid(cell, name) ? d * v * (1 - v) : d * (1 - v * v);
    pre[gates.indexOf(name) * H + unit] = own;
    return own;
  };
  let memory = pre; // at W_hh h + b_hh: the same, but for a GRU's candidate
  for (let k = 0; k < H; k++) {
    const d = slope.hidden[k];
    if (cell === "lstm") {
      const tanh = Math.tanh(s.cell[k]);
      const dCell = slope.cell[k] + d * s.output[k] * (1 - tanh * tanh);
      through("output", k, d * tanh);
      through("forget", k, dCell * s.cell_before[k]);
      through("input", k, dCell * s.candidate[k]);
      through("candidate", k, dCell * s.input[k]);
      before.cell[k] = dCell * s.forget[k];
    } else if (cell === "gru") {
      const own = through("candidate", k, d * (1 - s.update[k]));
      through("update", k, d * (s.hidden_before[k] - s.candidate[k]));
      through("reset", k, own * s.recalled[k]);
      before.hidden[k] = d * s.update[k];
    } else {
      through("hidden", k, d);
    }
  }
  if (cell === "gru") memory = pre.map((v, row) => (row < 2 * H ? v : v * s.reset[row - 2 * H]));
  addTransposed(before.hidden, layer.weight_hh, memory, H);
  for (const one of held) if (one.what.endsWith("_before")) before[one.what.replace("_before", "")][one.unit] = 0;
  const below = new Float64Array(layer.width);
  addTransposed(below, layer.weight_ih, pre, layer.width);
  return { before, below };
}

/** Days, D rows of F, as the network reads them: a step is `read` days in a row; read = 1 where the window is the time. */
function stepsOf(days, read) {
  return Array.from({ length: days.length - read + 1 }, (_, t) => Float64Array.from(days.slice(t, t + read).flat()));
}

/** Slopes by step, T vectors of read * F, summed by day: D rows of F. */
function byDay(dx, read, features) {
  const found = Array.from({ length: dx.length + read - 1 }, () => new Float64Array(features));
  dx.forEach((slopes, t) => slopes.forEach((v, k) => (found[t + Math.floor(k / features)][k % features] += v)));
  return found;
}

/** The scaled forecast in the target's own units; a return as the price it leads to from the last close. */
function inUnits(scaled, target) {
  const value = scaled * target.scale + target.offset;
  return target.kind === "return" ? target.last * Math.exp(value) : value;
}

/** Everything at once: states of every step and layer, the forecast, and its answer to each day. */
function answerOf(net, view, days, held) {
  const x = stepsOf(days, view.read);
  const trace = forward(net, x, view.memory, held);
  const scaled = trace.outputs[trace.outputs.length - 1];
  const slopes = byDay(backward(net, x, trace, held), view.read, days[0].length);
  return { x, steps: trace.steps, scaled, forecast: inUnits(scaled, view.target), slopes };
}
