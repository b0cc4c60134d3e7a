/*
 * Runs in the page: the small tools of the two files that make a drawing plain: elements, colours, places.
 */
(() => {
  const SVG = "http://www.w3.org/2000/svg";
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

  globalThis.handbill = { ...globalThis.handbill, tools: { SVG, canvas, colour, make, moodOf, place, matrix, reference, round } };
})();
