// What was changed by hand: one entry a place, each of which can be taken back.
// {id, kind: "day", day, input} | {id, kind: "hold", what, layer, unit, step} | {id, kind: "weight", name, layer, index},
// each with `before`, the value as trained or read, and `value`.

const dayId = (day, input) => `day/${day}/${input}`;
const holdId = (what, layer, unit, step) => `hold/${what}/${layer}/${unit}/${step === null ? "all" : step}`;
const weightId = (name, layer, index) => `weight/${name}/${layer}/${index}`;

function changedDays(days, changes) {
  const found = days.map((row) => row.slice());
  for (const one of changes) if (one.kind === "day") found[one.day][one.input] = one.value;
  return found;
}

/** The network with its changed weights; what was not changed is shared with `net`. */
function changedNetwork(net, changes) {
  let found = net;
  for (const { kind, name, layer, index, value } of changes) {
    if (kind !== "weight") continue;
    const owner = layer === null ? found : found.layers[layer];
    const copy = { ...owner, [name]: Float64Array.from(owner[name]) };
    copy[name][index] = value;
    found = layer === null ? copy : { ...found, layers: found.layers.map((each, k) => (k === layer ? copy : each)) };
  }
  return found;
}

/** Held by hand, those of a single step last: they go before what is held at every step. */
function heldBy(changes) {
  const held = changes.filter((one) => one.kind === "hold");
  return [...held.filter((one) => one.step === null), ...held.filter((one) => one.step !== null)];
}

/** The weights that end in one unit, or go from it to the forecast: [{name, layer, index, gate, source, number}]. */
function weightsOf(net, layer, unit) {
  const { width } = net.layers[layer];
  const H = net.units;
  const found = [];
  GATES[net.cell].forEach((gate, g) => {
    const row = g * H + unit;
    const add = (name, index, source, number) => found.push({ name, layer, index, gate, source, number });
    for (let k = 0; k < width; k++) add("weight_ih", row * width + k, layer ? "from_below" : "from_input", k + 1);
    for (let k = 0; k < H; k++) add("weight_hh", row * H + k, "from_unit", k + 1);
    add("bias_ih", row, "bias", 1);
    add("bias_hh", row, "bias", 2);
  });
  if (layer === net.layers.length - 1) {
    found.push({ name: "head", layer: null, index: unit, gate: "", source: "head", number: 0 });
    found.push({ name: "head_bias", layer: null, index: 0, gate: "", source: "head_bias", number: 0 });
  }
  return found;
}

const weightAt = (net, { name, layer, index }) => (layer === null ? net : net.layers[layer])[name][index];

/** One gate's sum before its sigmoid or tanh: {input, memory, bias}, as core/introspect/terms.py has them. */
function termsOf(net, layer, unit, gate, s, below) {
  const own = net.layers[layer];
  const H = net.units;
  const row = GATES[net.cell].indexOf(gate) * H + unit;
  const dot = (matrix, vector, width) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += matrix[row * width + k] * vector[k];
    return sum;
  };
  const reset = net.cell === "gru" && gate === "candidate" ? s.reset[unit] : 1; // a GRU resets after the product
  return {
    input: dot(own.weight_ih, below, own.width),
    memory: reset * dot(own.weight_hh, s.hidden_before, H),
    bias: own.bias_ih[row] + reset * own.bias_hh[row],
    reset,
  };
}
