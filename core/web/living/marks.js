// Marks in SVG, kept by key from one drawing to the next, and how numbers and words are written.

const SVG = "http://www.w3.org/2000/svg";

/** Draws lists of {key, tag, attributes, text}: an element stays the same while its key does, and with it its focus. */
class Marks {
  constructor(parent) {
    this.parent = parent;
    this.kept = new Map();
  }

  draw(list) {
    const wanted = new Set(list.map((mark) => mark.key));
    for (const [key, element] of this.kept) {
      if (wanted.has(key)) continue;
      element.remove();
      this.kept.delete(key);
    }
    let next = this.parent.firstChild;
    for (const mark of list) {
      const element = this.kept.get(mark.key) || this.made(mark);
      if (element === next) next = next.nextSibling;
      else this.parent.insertBefore(element, next);
      for (const [name, value] of Object.entries(mark.attributes)) {
        if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
      }
      if (mark.text !== undefined) write(element, mark.text);
      if (mark.marks) (element.marks = element.marks || new Marks(element)).draw(mark.marks);
    }
  }

  made({ key, tag }) {
    const element = document.createElementNS(SVG, tag);
    this.kept.set(key, element);
    return element;
  }
}

/** Text of parts: "plain", {sub: "t−1"}, {bold: "f"}, {name: "c"}; names are slanted as in a formula. */
function write(element, parts) {
  const all = Array.isArray(parts) ? parts : [parts];
  const said = JSON.stringify(all);
  if (element.said === said) return;
  element.said = said;
  const inSvg = element.namespaceURI === SVG;
  element.replaceChildren(
    ...all.map((part) => {
      if (typeof part === "string") return document.createTextNode(part);
      const [[kind, text]] = Object.entries(part);
      const tags = { sub: "sub", bold: "b", name: "i" };
      const piece = inSvg ? document.createElementNS(SVG, "tspan") : document.createElement(tags[kind] || "span");
      piece.setAttribute("class", kind);
      if (inSvg && kind === "sub") piece.setAttribute("baseline-shift", "-22%");
      piece.textContent = text;
      return piece;
    })
  );
}

/** An element with attributes and children; nothing that comes from outside is ever read as HTML. */
function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const filled = (template, values = {}) => template.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
const minus = (text) => text.replace("-", "−");

/** Three significant digits: 0.0714, 1.03, 254, 1.2e−7. */
function three(value) {
  const size = Math.abs(value);
  if (!(size > 1e-12)) return "0";
  if (size < 1e-4 || size >= 1e5) return minus(value.toExponential(2));
  return minus(value.toFixed(Math.max(2 - Math.floor(Math.log10(size) + 1e-9), 0)));
}

/** A value in its own units: prices in the market's digits, the rest in three. */
function inDigits(value, digits) {
  if (digits === null) return three(value);
  if (digits > 5) return minus(value.toPrecision(4));
  return minus(value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
}

/** The colour of a signed number as ink on the page, full at `extreme`. */
function ink(value, extreme = 1) {
  const share = Math.round(100 * clamp(Math.abs(value) / extreme, 0, 1));
  return `color-mix(in srgb, var(--${value < 0 ? "negative" : "positive"}) ${share}%, var(--page))`;
}

const signHue = (value) => (value < 0 ? "var(--negative)" : "var(--positive)");

/** A line through points with rounded corners. */
function rounded(points, radius = 9) {
  let path = `M${points[0].join(" ")}`;
  for (let k = 1; k < points.length; k++) {
    const [at, next] = [points[k], points[k + 1]];
    if (!next) return `${path}L${at.join(" ")}`;
    const towards = ([x, y]) => {
      const far = Math.hypot(x - at[0], y - at[1]);
      const share = Math.min(radius, far / 2) / far;
      return [at[0] + (x - at[0]) * share, at[1] + (y - at[1]) * share].map((v) => v.toFixed(1)).join(" ");
    };
    path += `L${towards(points[k - 1])}Q${at.join(" ")} ${towards(next)}`;
  }
  return path;
}
