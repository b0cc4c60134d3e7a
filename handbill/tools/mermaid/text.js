/*
 * Runs in the page: the words of a drawing, SVG's and HTML's, as rows of plain SVG text at the places where they stand.
 */
(() => {
  const { SVG, canvas, colour, make, place, round } = globalThis.handbill.tools;

  const TURNED = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|[\ud802\ud803\ud83a\ud83b]/; // Hebrew, Arabic and their kin

  const fontOf = (style) => ({
    "font-size": round(parseFloat(style.fontSize)),
    "font-weight": Number(style.fontWeight) >= 600 ? "700" : "",
  });

  function ink(value, mood, opacity = 1) {
    const found = colour(value, mood);
    return found && { fill: found.hex, "fill-opacity": found.alpha * opacity < 1 ? round(found.alpha * opacity) : "" };
  }

  /** How far above the baseline a line box of this font begins, as a share of its height. */
  const ascents = new Map();
  function ascent(style) {
    const key = `${style.fontStyle} ${style.fontWeight} 100px ${style.fontFamily}`;
    if (!ascents.has(key)) {
      canvas.font = key;
      const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = canvas.measureText("x");
      ascents.set(key, up / (up + down));
    }
    return ascents.get(key);
  }

  /** Where a run may begin and end: at its first and last letter, or at any where some are written from right to left. */
  function edges(shown) {
    const [first, last] = [shown.length - shown.trimStart().length, shown.trimEnd().length - 1];
    if (last < first) return [];
    if (!TURNED.test(shown)) return first === last ? [first] : [first, last];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  /** The runs of a text element: what stands in one row in one style. */
  function runs(text, mood) {
    const found = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    for (const node of nodes) {
      let leaf = node.parentElement;
      if (!["text", "tspan"].includes(leaf.localName)) continue;
      if (leaf.childNodes.length > 1) {
        leaf = document.createElementNS(SVG, "tspan");
        node.replaceWith(leaf);
        leaf.append(node);
      }
      const style = getComputedStyle(leaf);
      const count = leaf.getNumberOfChars();
      const look = ink(style.fill, mood, Number(style.fillOpacity));
      if (!count || !look || style.visibility !== "visible" || style.display === "none") continue;
      const content = node.data.replace(/[\t\n\r ]+/g, " ");
      const shown = [content, content.trimStart(), content.trimEnd()].find((c) => c.length === count) ?? content.trim();
      let [left, right, y] = [Infinity, -Infinity, null];
      for (const i of edges(shown.slice(0, count))) {
        const [a, b] = [leaf.getStartPositionOfChar(i), leaf.getEndPositionOfChar(i)];
        left = Math.min(left, a.x, b.x);
        right = Math.max(right, a.x, b.x);
        if (y !== null) continue;
        // The position of a character does not tell where `dominant-baseline` has moved it; its box does.
        const box = leaf.getExtentOfChar(i);
        y = box.y + box.height * ascent(style);
      }
      const set = Number(leaf.closest("[x]")?.getAttribute("x") ?? NaN);
      if (right >= left) found.push({ text: shown, left, right, y, set, anchor: style.textAnchor, look: { ...look, ...fontOf(style) } });
    }
    return found;
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  /** Runs to rows: neighbours on one line; the spaces between words are part of their runs. */
  function rows(found) {
    const out = [];
    for (const run of found) {
      const row = out.at(-1);
      const before = row?.at(-1);
      const gap = before ? run.left - before.right : 0;
      const size = Number(run.look["font-size"]);
      if (before && Math.abs(run.y - before.y) < 0.5 && gap > -1 && gap < size) {
        if (gap > 0.15 * size && !/\s$/.test(before.text) && !/^\s/.test(run.text)) before.text += " ";
        if (same(before.look, run.look)) {
          before.text += run.text;
          before.right = run.right;
        } else row.push({ ...run });
      } else out.push([{ ...run }]);
    }
    return out;
  }

  function placed(tag, run, anchor, own) {
    const seen = { start: run.left, middle: (run.left + run.right) / 2, end: run.right }[anchor];
    const x = anchor !== "start" && Math.abs(seen - run.set) < 6 ? run.set : seen; // a space at the end moves what is seen
    const node = make(tag, { ...own, x: round(x), y: round(run.y), "text-anchor": anchor === "start" ? "" : anchor });
    node.textContent = run.text;
    return node;
  }

  /** One `text` element: of one run, or of a `tspan` for each run. */
  function line(row) {
    row[0].text = row[0].text.trimStart();
    row.at(-1).text = row.at(-1).text.trimEnd();
    if (row.length === 1) return placed("text", row[0], row[0].anchor, row[0].look);
    const look = row[0].look;
    const text = make("text", look);
    for (const run of row) {
      const own = Object.fromEntries(Object.entries(run.look).filter(([name, value]) => look[name] !== value));
      if ("font-weight" in own) own["font-weight"] ||= "400";
      text.append(placed("tspan", run, "start", own));
    }
    return text;
  }

  /**
   * Rows as one `text`, or as a group of them: white space between the rows of a single element would count as a part
   * of its row and move it.
   */
  function write(lines, into) {
    const texts = lines.map(line);
    const node = texts.length === 1 ? texts[0] : make("g");
    if (texts.length > 1) node.append(...texts);
    into.append(node);
    return node;
  }

  function words(element, into, drawn, mood) {
    const lines = rows(runs(element, mood));
    if (!lines.length) return;
    place(write(lines, into), element, getComputedStyle(element));
    drawn.push([element, 0]);
  }

  // ---- HTML in the drawing ----------------------------------------------------------------------------------------
  /** Its words and coloured boxes as SVG. What cannot be taken over is left as a mark that svg.py refuses. */
  function foreign(element, into, drawn, mood) {
    const odd = element.querySelector("img,svg,math,canvas,video,table,input,iframe,object");
    if (odd) return into.append(make("foreignObject"));
    if (!element.textContent.trim()) return;
    const back = element.getScreenCTM().inverse();
    const at = (x, y) => new DOMPoint(x, y).matrixTransform(back);
    const group = make("g");
    place(group, element, getComputedStyle(element));
    for (const box of element.querySelectorAll("*")) {
      const fill = colour(getComputedStyle(box).backgroundColor, mood);
      if (!fill) continue;
      const edge = box.getBoundingClientRect();
      const [from, to] = [at(edge.left, edge.top), at(edge.right, edge.bottom)];
      group.append(make("rect", { x: round(from.x), y: round(from.y), width: round(to.x - from.x),
        height: round(to.y - from.y), fill: fill.hex, "fill-opacity": fill.alpha < 1 ? round(fill.alpha) : "" }));
    }
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(...htmlRuns(walker.currentNode, at, mood));
    if (found.length) write(rows(found), group);
    into.append(group);
    drawn.push([element, 0]);
  }

  function htmlRuns(node, at, mood) {
    const style = getComputedStyle(node.parentElement);
    const look = ink(style.color, mood);
    if (!node.data.trim() || !look || style.visibility !== "visible") return [];
    const range = document.createRange();
    const found = [];
    for (let i = 0; i < node.data.length; i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getClientRects()[0];
      if (!box || !box.width) continue;
      const [from, to] = [at(box.left, box.top), at(box.right, box.bottom)];
      const y = from.y + (to.y - from.y) * ascent(style);
      const last = found.at(-1);
      const letter = /\s/.test(node.data[i]) ? " " : node.data[i];
      if (last && Math.abs(last.y - y) < 0.5) {
        last.text += letter;
        if (letter !== " ") last.right = to.x;
      } else if (letter !== " ") {
        const anchor = { center: "middle", right: "end" }[style.textAlign] ?? "start";
        found.push({ text: letter, left: from.x, right: to.x, y, anchor, look: { ...look, ...fontOf(style) } });
      }
    }
    return found;
  }

  Object.assign(globalThis.handbill.tools, { words, foreign });
})();
