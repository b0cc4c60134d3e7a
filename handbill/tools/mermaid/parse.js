/*
 * Runs in the page before Mermaid: chance and clock become predictable, and Mermaid's own parser is asked for the
 * kind, the settings and the graph of a diagram, or for the line at which it stumbled.
 */
(() => {
  const TODAY = Date.UTC(2024, 0, 1, 12); // of a diagram that asks which day it is
  const BOXES = new Set(["flowchart-v2", "swimlane", "agentflow"]); // kinds whose boxes hold one label each
  const SETTINGS = /^\s*---|%%\{/; // only with one of these can an author set anything
  let ready = false; // a page serves one set of settings only
  let state = 1;
  const reseed = () => (state = 0x9e3779b9);

  /** Mulberry32: every diagram starts from the same seed, so it comes out the same alone and among others. */
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  crypto.getRandomValues = (array) => array.map(() => Math.floor(Math.random() * 256));
  crypto.randomUUID = () => "00000000-0000-4000-8000-" + Math.floor(Math.random() * 2 ** 48).toString(16).padStart(12, "0");
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length ? args : [TODAY]));
    }
    static now() {
      return TODAY;
    }
  };

  async function prepare({ mermaidUrl, zenumlUrl, mermaidConfig, definition, type }) {
    const { default: mermaid } = await import(mermaidUrl);
    const { default: zenuml } = await import(zenumlUrl);
    await Promise.all(Array.from(document.fonts, (font) => font.load()));
    if (!ready) {
      await mermaid.registerExternalDiagrams([zenuml]);
      mermaid.initialize({ startOnLoad: false, ...structuredClone(mermaidConfig) });
      ready = true;
    }
    let config = {};
    let diagram;
    try {
      if (SETTINGS.test(definition)) config = (await mermaid.parse(definition)).config ?? {};
      diagram = await mermaid.mermaidAPI.getDiagramFromText(definition);
    } catch (error) {
      return { problem: { kind: "syntax", words: String(error?.message ?? error), line: await lineOf(mermaid, definition, error) } };
    }
    const kind = diagram.type;
    try {
      const graph = globalThis.handbill.graph(kind, diagram.db);
      if (BOXES.has(kind)) globalThis.handbill.balance(diagram.db, type);
      reseed();
      return { type: kind, config, graph };
    } catch (error) {
      return { problem: { kind: "graph", words: String(error?.message ?? error), type: kind } };
    }
  }

  /**
   * The line of the author's text at which Mermaid stumbled. Mermaid counts without front matter, directives and
   * comments; so the same text with those lines emptied is parsed once more for its line.
   */
  async function lineOf(mermaid, definition, error) {
    const lines = definition.split("\n");
    const offset = empty(lines);
    if (offset < 0) return undefined;
    let words = error;
    try {
      await mermaid.parse(lines.slice(offset).join("\n"));
    } catch (again) {
      words = again;
    }
    const told =
      words?.hash?.loc?.first_line ??
      (words?.hash?.line === undefined ? undefined : words.hash.line + 1) ??
      words?.result?.lexerErrors?.[0]?.line ??
      words?.result?.parserErrors?.[0]?.token?.startLine;
    return Number.isFinite(told) ? Math.min(told + offset, lines.length) : undefined;
  }

  /** Empties what Mermaid does not count; gives the index of the first line that is left, or -1. */
  function empty(lines) {
    let ends = lines[0].trim() === "---" ? (line, index) => index > 0 && line.trim() === "---" : null;
    lines.forEach((line, index) => {
      const text = line.trim();
      const opens = !ends && text.startsWith("%%{");
      if (opens) ends = (at) => at.includes("}%%");
      const closes = ends?.(line, index);
      if (ends || text.startsWith("%%")) lines[index] = "";
      if (closes) ends = null;
    });
    return lines.findIndex((line) => line.trim() !== "");
  }

  globalThis.handbill = { ...globalThis.handbill, prepare };
})();
