/*
 * Runs in the page: turns the finished drawing into plain SVG that needs no style sheet, no marker, no HTML. Every value
 * that CSS computed becomes an attribute, every row of text one run at its measured place, every arrow head a shape.
 * So it looks the same in all readers. What comes out is not trusted: svg.py goes over it.
 */
(() => {
  const { SVG, colour, foreign, make, matrix, moodOf, place, reference, round, words } = globalThis.handbill.tools;
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

  // ---- paint ------------------------------------------------------------------------------------------------------
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
    // Beside its bar, the name of a Gantt task is sometimes set as if it stood inside.
    for (const name of svg.querySelectorAll("text.taskText")) {
      const bar = document.getElementById(name.id.replace(/-text$/, ""))?.getBBox?.();
      if (bar && Number(name.getAttribute("x")) > bar.x + bar.width) name.style.textAnchor = "start";
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
