/*
 * Runs in the page: breaks the labels of boxes into rows of like length before Mermaid lays them out, so that no row
 * holds a lone word, and gives a diamond or circle the break that makes it smallest (its side is width plus height).
 */
(() => {
  const ROUND = new Set(["diamond", "circle", "doublecircle"]); // shapes as wide as they are high
  const LINE = 1.1; // height of a row as a share of the type size, as Mermaid sets it
  const MARKED = /[<>&#`*_\n\\]/; // the author's own breaks, entities and Markdown stay as they are
  const pen = document.createElement("canvas").getContext("2d");

  /** Width of a row: its words, measured once each, and the spaces between them. */
  const widths = new Map();
  function measure(word) {
    const key = pen.font + word;
    if (!widths.has(key)) widths.set(key, pen.measureText(word).width);
    return widths.get(key);
  }
  const wide = (row) => row.reduce((sum, word) => sum + measure(word), (row.length - 1) * measure(" "));
  const width = (rows) => Math.max(...rows.map(wide));

  /** Words in the fewest rows of at most `limit`, filled one after the other. */
  function rows(words, limit) {
    const out = [[]];
    for (const word of words) {
      const row = out.at(-1);
      if (row.length && wide(row) + measure(" ") + measure(word) > limit) out.push([word]);
      else row.push(word);
    }
    return out;
  }

  function balanced(words, limit) {
    const most = rows(words, limit);
    let best = most;
    for (let narrower = Math.ceil(width(most)); narrower > 20; narrower -= 2) {
      const lines = rows(words, narrower);
      if (lines.length > most.length) break;
      best = lines;
    }
    return best;
  }

  function broken(node, { wrappingWidth, size }) {
    const label = node.label;
    if (typeof label !== "string" || node.isGroup || node.labelType === "markdown" || MARKED.test(label)) return label;
    const words = label.trim().split(/\s+/);
    if (words.length < 2) return label;
    const joined = (lines) => lines.map((line) => line.join(" ")).join("<br/>");
    if (!ROUND.has(node.shape)) return joined(balanced(words, wrappingWidth));
    const side = (lines) => width(lines) + lines.length * size * LINE;
    let best = [words];
    for (let limit = Math.ceil(width(best)); limit > 30; limit -= 4) {
      const lines = balanced(words, limit);
      if (side(lines) < side(best)) best = lines;
    }
    return joined(best);
  }

  /** From now on all diagrams of this kind hand out balanced labels. Kinds without boxes have no `getData`. */
  function balance(db, options) {
    const kind = Object.getPrototypeOf(db ?? {});
    if (typeof kind?.getData !== "function" || Object.hasOwn(kind, "balanced")) return;
    const plain = kind.getData;
    kind.balanced = true;
    kind.getData = function () {
      const data = plain.call(this);
      pen.font = `${options.size}px ${options.family}`;
      // Side by side, boxes had better be narrow.
      const sideways = ["LR", "RL"].includes(this.getDirection?.());
      const limit = options.wrappingWidth * (sideways ? 0.65 : 1);
      for (const node of data.nodes ?? []) node.label = broken(node, { ...options, wrappingWidth: limit });
      return data;
    };
  }

  globalThis.handbill = { ...globalThis.handbill, balance };
})();
