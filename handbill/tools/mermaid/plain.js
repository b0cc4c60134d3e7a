/*
 * Runs in the page: turns the finished drawing into plain SVG that needs no style sheet, no marker, no HTML. Every value
 * that CSS computed becomes an attribute, every row of text one run at its measured place, every arrow head a shape.
 * So it looks the same in all readers. What comes out is not trusted: svg.py goes over it.
 */
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MARGIN = 6;
  const GEOMETRY = {
    path: ["d"], rect: ["x", "y", "width", "height", "rx", "ry"], circle: ["cx", "cy", "r"],
    ellipse: ["cx", "cy", "rx", "ry"], line: ["x1", "y1", "x2", "y2"], polyline: ["points"], polygon: ["points"],
  };
  const DEFINITIONS = {
    linearGradient: ["x1", "y1", "x2", "y2", "gradientUnits", "gradientTransform", "spreadMethod"],
    radialGradient: ["cx", "cy", "r", "fx", "fy", "gradientUnits", "gradientTransform", "spreadMethod"],
    pattern: ["x", "y", "width", "height", "patternUnits", "patternContentUnits", "patternTransform", "viewBox"],
    clipPath: ["clipPathUnits"],
  };
  const LEFT_OUT = new Set(["style", "script", "metadata", "title", "desc", "filter", "marker", "symbol", "mask"]);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const round = (number) => String(Math.round(number * 100) / 100);
  const reference = (value) => /^url\("?(#[^")]+)"?\)/.exec(value)?.[1];

  function make(tag, attributes = {}) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== "") node.setAttribute(name, value);
    }
    return node;
  }

  // ---- colour -----------------------------------------------------------------------------------------------------
  /** A computed colour as { hex, alpha }, or null for none. `mood` is what groups above do to it. */
  function colour(value, mood = {}) {
    if (!value || value === "none" || value === "transparent") return null;
    let parts = /^rgba?\(([^)]+)\)$/.exec(value)?.[1].split(/[\s,/]+/).map(Number);
    if (!parts) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "#000";
      canvas.fillStyle = value;
      canvas.fillRect(0, 0, 1, 1);
      parts = [...canvas.getImageData(0, 0, 1, 1).data];
      parts[3] /= 255;
    }
    const alpha = (parts[3] ?? 1) * (mood.alpha ?? 1);
    const light = (part) => Math.min(255, Math.round(part * (mood.light ?? 1)));
    const hex = "#" + parts.slice(0, 3).map((part) => light(part).toString(16).padStart(2, "0")).join("");
    return alpha > 0 ? { hex, alpha } : null;
  }

  function paint(node, property, value, mood, opacity) {
    const target = reference(value);
    if (target && property === "fill") {
      node.setAttribute("fill", `url(${target})`);
      return true;
    }
    // A line with a gradient is more than some readers can do: it takes the gradient's first colour.
    const stop = target && document.querySelector(target)?.querySelector("stop");
    const found = colour(stop ? getComputedStyle(stop).stopColor : target ? "#000" : value, mood);
    node.setAttribute(property, found ? found.hex : "none");
    const alpha = found ? found.alpha * Number(opacity) : 0;
    if (found && alpha < 1) node.setAttribute(property + "-opacity", round(alpha));
    return alpha > 0;
  }

  /** Gives a shape its paint; false when nothing of it can be seen. */
  function dress(node, style, mood) {
    const filled = node.localName !== "line" && paint(node, "fill", style.fill, mood, style.fillOpacity);
    if (filled && style.fillRule === "evenodd") node.setAttribute("fill-rule", "evenodd");
    const width = parseFloat(style.strokeWidth);
    if (style.stroke === "none" || !(width > 0) || !paint(node, "stroke", style.stroke, mood, style.strokeOpacity)) {
      node.removeAttribute("stroke");
      node.removeAttribute("stroke-opacity");
      return filled;
    }
    node.setAttribute("stroke-width", round(width));
    const dashes = style.strokeDasharray.split(/[\s,]+/).map(parseFloat);
    if (dashes.length > 1 ? dashes.every((dash) => dash > 0) : dashes[0] > 0) {
      node.setAttribute("stroke-dasharray", dashes.join(" "));
      if (parseFloat(style.strokeDashoffset)) node.setAttribute("stroke-dashoffset", parseFloat(style.strokeDashoffset));
    }
    if (style.strokeLinecap !== "butt") node.setAttribute("stroke-linecap", style.strokeLinecap);
    if (style.strokeLinejoin !== "miter") node.setAttribute("stroke-linejoin", style.strokeLinejoin);
    return true;
  }

  // ---- places -----------------------------------------------------------------------------------------------------
  const matrix = ({ a, b, c, d, e, f }) => `matrix(${[a, b, c, d, e, f].map((n) => Math.round(n * 1e4) / 1e4).join(" ")})`;

  function place(node, element, style) {
    const transform = element.getAttribute("transform");
    const moved = style.transform && style.transform !== "none";
    const about = style.transformOrigin.split(" ").some((part) => parseFloat(part) !== 0);
    if (moved && (about || !transform || element.style.transform)) {
      const above = element.parentElement.getScreenCTM();
      node.setAttribute("transform", matrix(above.inverse().multiply(element.getScreenCTM())));
    } else if (transform) node.setAttribute("transform", transform);
    const clip = reference(style.clipPath);
    if (clip) node.setAttribute("clip-path", `url(${clip})`);
  }

  /** What a group does to the colours of everything in it: opacity and brightness. */
  function moodOf(style, mood) {
    const light = Number(/brightness\(([\d.]+)\)/.exec(style.filter)?.[1] ?? 1);
    return { alpha: (mood.alpha ?? 1) * Number(style.opacity), light: (mood.light ?? 1) * light };
  }

  // ---- elements ---------------------------------------------------------------------------------------------------
  function copy(element, into, drawn, above = {}) {
    const tag = element.localName;
    if (element.namespaceURI !== SVG || LEFT_OUT.has(tag)) return;
    if (tag === "defs" || tag in DEFINITIONS) return define(element, into);
    const style = getComputedStyle(element);
    const mood = moodOf(style, above);
    if (style.display === "none" || mood.alpha === 0) return;
    if (tag === "switch") return element.firstElementChild && copy(element.firstElementChild, into, drawn, mood);
    if (tag === "foreignObject") return foreign(element, into, drawn, mood);
    if (tag === "text") return words(element, into, drawn, mood);
    if (tag in GEOMETRY) return shape(element, into, drawn, mood, style);
    if (tag === "image") return into.append(make("image"));
    const group = make("g");
    if (tag === "svg" && element.parentElement.namespaceURI === SVG) {
      group.setAttribute("transform", matrix(element.parentElement.getScreenCTM().inverse().multiply(element.getScreenCTM())));
    } else if (tag !== "svg") place(group, element, style);
    for (const child of element.children) copy(child, group, drawn, mood);
    if (group.childNodes.length) into.append(...(group.attributes.length ? [group] : group.childNodes));
  }

  function shape(element, into, drawn, mood, style) {
    const node = make(element.localName);
    if (style.visibility !== "visible") return;
    for (const name of GEOMETRY[element.localName]) {
      const computed = name === "d" ? "" : style.getPropertyValue(name);
      const value = /^-?[\d.e-]+px$/.test(computed) ? round(parseFloat(computed)) : element.getAttribute(name);
      const short = name === "d" || name === "points" ? value?.replace(/-?\d*\.\d{3,}/g, round) : value;
      if (value && value !== "auto" && (parseFloat(value) !== 0 || !["rx", "ry"].includes(name))) node.setAttribute(name, short);
    }
    place(node, element, style);
    const group = make("g");
    if (dress(node, style, mood)) {
      group.append(node);
      drawn.push([element, style.stroke === "none" ? 0 : parseFloat(style.strokeWidth) / 2 || 0]);
    }
    heads(element, style, group, mood);
    if (group.childNodes.length && node.hasAttribute("transform") && group.childNodes.length > 1) {
      group.setAttribute("transform", node.getAttribute("transform"));
      node.removeAttribute("transform");
      into.append(group);
    } else into.append(...group.childNodes);
  }

  function define(element, into) {
    if (element.localName === "defs") {
      for (const child of element.children) if (child.localName in DEFINITIONS) define(child, into);
      return;
    }
    const node = make(element.localName, { id: element.id });
    for (const name of DEFINITIONS[element.localName]) {
      if (element.hasAttribute(name)) node.setAttribute(name, element.getAttribute(name));
    }
    for (const child of element.children) {
      if (child.localName === "stop") {
        const style = getComputedStyle(child);
        const found = colour(style.stopColor) ?? { hex: "#000000", alpha: 0 };
        const alpha = found.alpha * Number(style.stopOpacity);
        node.append(make("stop", { offset: child.getAttribute("offset") ?? "0", "stop-color": found.hex,
          "stop-opacity": alpha < 1 ? round(alpha) : "" }));
      } else copy(child, node, []);
    }
    into.append(node);
  }

  // ---- arrow heads ------------------------------------------------------------------------------------------------
  /** The markers of a line as shapes: their directions are measured on the line itself. */
  function heads(element, style, into, mood) {
    for (const end of ["start", "end"]) {
      const id = reference(style.getPropertyValue("marker-" + end));
      const marker = id && document.getElementById(id.slice(1));
      if (!marker || !element.getTotalLength) continue;
      const length = element.getTotalLength();
      const step = Math.min(0.5, length / 4);
      const tip = element.getPointAtLength(end === "start" ? 0 : length);
      const near = element.getPointAtLength(end === "start" ? step : length - step);
      const way = end === "start" ? [near.x - tip.x, near.y - tip.y] : [tip.x - near.x, tip.y - near.y];
      const orient = marker.getAttribute("orient") ?? "0";
      let angle = orient.startsWith("auto") ? (Math.atan2(way[1], way[0]) * 180) / Math.PI : parseFloat(orient) || 0;
      if (orient === "auto-start-reverse" && end === "start") angle += 180;
      const box = marker.viewBox.baseVal;
      const wide = marker.markerWidth.baseVal.value;
      const high = marker.markerHeight.baseVal.value;
      const unit = marker.getAttribute("markerUnits") === "userSpaceOnUse" ? 1 : parseFloat(style.strokeWidth) || 1;
      const scale = unit * (box?.width ? Math.min(wide / box.width, high / box.height) : 1);
      const [x, y] = [marker.refX.baseVal.value, marker.refY.baseVal.value];
      const group = make("g", {
        transform: `translate(${round(tip.x)} ${round(tip.y)})` + (angle ? ` rotate(${round(angle)})` : "") +
          (scale === 1 ? "" : ` scale(${Math.round(scale * 1e4) / 1e4})`) + ` translate(${round(-x)} ${round(-y)})`,
      });
      for (const child of marker.children) copy(child, group, [], mood);
      if (group.childNodes.length) into.append(group);
    }
  }

  // ---- text -------------------------------------------------------------------------------------------------------
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
      for (let i = 0; i < count; i++) {
        if (shown[i] === " " && (shown.slice(0, i).trim() === "" || shown.slice(i).trim() === "")) continue;
        const [a, b] = [leaf.getStartPositionOfChar(i), leaf.getEndPositionOfChar(i)];
        left = Math.min(left, a.x, b.x);
        right = Math.max(right, a.x, b.x);
        // The position of a character does not tell where `dominant-baseline` has moved it; its box does.
        const box = leaf.getExtentOfChar(i);
        y ??= box.y + box.height * ascent(style);
      }
      if (right >= left) found.push({ text: shown, left, right, y, anchor: style.textAnchor, look: { ...look, ...fontOf(style) } });
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

  /** Rows as one `text` element: a `tspan` for each row, or for each run of a row in several styles. */
  function write(lines, into) {
    const look = lines[0][0].look;
    const text = make("text", look);
    const spans = lines.flatMap((row) => row.map((run, index) => {
      const anchor = row.length === 1 ? run.anchor : "start";
      const x = { start: run.left, middle: (run.left + run.right) / 2, end: run.right }[anchor];
      const own = Object.fromEntries(Object.entries(run.look).filter(([name, value]) => look[name] !== value));
      if ("font-weight" in own) own["font-weight"] ||= "400";
      const span = make("tspan", { x: round(x), y: round(run.y), "text-anchor": anchor === "start" ? "" : anchor, ...own });
      const words = index === 0 ? run.text.trimStart() : run.text;
      span.textContent = index === row.length - 1 ? words.trimEnd() : words;
      return span;
    }));
    if (spans.length === 1) {
      for (const { name, value } of spans[0].attributes) text.setAttribute(name, value);
      text.textContent = spans[0].textContent;
    } else spans.forEach((span, index) => text.append(...(index ? ["\n", span] : [span])));
    into.append(text);
    return text;
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

  // ---- the whole --------------------------------------------------------------------------------------------------
  const drawing = () => document.querySelector("#container svg");

  /** What Mermaid 12 itself leaves crooked. */
  function mend(svg, background) {
    // Words on a line, without a ground of their own (swimlanes, C4).
    for (const text of svg.querySelectorAll("g.label.edgeLabel text, g > line[marker-end] ~ text, g > path[marker-end] ~ text")) {
      const box = text.getBBox();
      const ground = make("rect", { x: box.x - 2, y: box.y, width: box.width + 4, height: box.height });
      ground.style.cssText = `fill: ${background} !important; stroke: none !important`;
      if (box.width) text.before(ground);
    }
    // The name of a simple state stands at the left of its box.
    for (const label of svg.querySelectorAll("g.statediagram-state > g.label")) {
      const box = label.parentElement.querySelector(":scope > .basic.label-container");
      const text = label.querySelector("text");
      if (!box || !text) continue;
      const [outer, inner] = [box.getBoundingClientRect(), text.getBoundingClientRect()];
      const shift = (outer.left + outer.right - inner.left - inner.right) / 2 / svg.getScreenCTM().a;
      label.setAttribute("transform", `translate(${round(shift)}, 0) ${label.getAttribute("transform") ?? ""}`);
    }
    // The words of a Sankey diagram stand below its translucent bands.
    for (const labels of svg.querySelectorAll("g.node-labels")) labels.parentElement.append(labels);
    // Dates of a Gantt diagram's axis run into each other.
    let edge = -Infinity;
    for (const tick of svg.querySelectorAll("g.grid .tick text")) {
      const box = tick.getBoundingClientRect();
      if (box.left < edge + 6) tick.remove();
      else edge = box.right;
    }
    // Life lines without a lower actor run far below the drawing.
    const { y, height } = svg.viewBox.baseVal ?? {};
    for (const line of svg.querySelectorAll("line.actor-line")) {
      if (line.y2.baseVal.value > y + height) line.setAttribute("y2", y + height - 8);
    }
  }

  /** The box around all that is painted, in the drawing's own units. */
  function extent(svg, drawn) {
    const home = svg.getScreenCTM().inverse();
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const [element, pad] of drawn) {
      const own = element.getBBox();
      const map = home.multiply(element.getScreenCTM());
      for (const x of [own.x - pad, own.x + own.width + pad]) {
        for (const y of [own.y - pad, own.y + own.height + pad]) {
          const point = new DOMPoint(x, y).matrixTransform(map);
          box.left = Math.min(box.left, point.x);
          box.right = Math.max(box.right, point.x);
          box.top = Math.min(box.top, point.y);
          box.bottom = Math.max(box.bottom, point.y);
        }
      }
    }
    return Number.isFinite(box.left) ? box : { left: 0, top: 0, right: 1, bottom: 1 };
  }

  function flatten({ background, family }) {
    const svg = drawing();
    const size = svg.viewBox.baseVal;
    svg.style.maxWidth = "none";
    if (size?.width) {
      svg.setAttribute("width", size.width);
      svg.setAttribute("height", size.height);
    }
    mend(svg, background);
    const out = make("svg");
    const drawn = [];
    copy(svg, out, drawn);
    const box = extent(svg, drawn);
    const [x, y] = [Math.floor(box.left - MARGIN), Math.floor(box.top - MARGIN)];
    const [width, height] = [Math.ceil(box.right + MARGIN) - x, Math.ceil(box.bottom + MARGIN) - y];
    const frame = { viewBox: `${x} ${y} ${width} ${height}`, width, height };
    out.setAttribute("font-family", family);
    for (const [name, value] of Object.entries(frame)) out.setAttribute(name, value);
    out.prepend(make("rect", { x, y, width, height, fill: background }));
    svg.before(out); // a PNG is taken of this one
    svg.style.display = "none";
    const told = (tag) => svg.querySelector(`:scope > ${tag}`)?.textContent ?? "";
    return { svg: new XMLSerializer().serializeToString(out), width, height, title: told("title"), description: told("desc") };
  }

  function frame() {
    const { x, y, width, height } = drawing().getBoundingClientRect();
    return { x, y, width, height };
  }

  globalThis.handbill = { ...globalThis.handbill, flatten, frame };
})();
