/*
 * Draws many Mermaid diagrams in one browser and a page or a few, with mermaid-cli's own renderer.
 *
 * stdin: two lines of JSON. The first tells where to work (see studio.py), and the browser starts; the second, which may
 * come much later or not at all, what to draw (see tool.py). stdout: one JSON answer a line, each as soon as its diagram is
 * ready, so that a time-out loses only what was not ready:
 *   {"id", "type", "svg", "graph", "png"?}  or  {"id", "problem": {"kind", "words", "line"?}}  or  {"fatal": words}
 *
 * mermaid-cli's `renderMermaid` asks a browser for a new page each time. It gets the same page again and again,
 * behind a stand-in that answers what has been done already (loading, fonts, interception) and lets the rest through.
 */
import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const SCRIPTS = ["parse.js", "graph.js", "labels.js", "tools.js", "text.js", "plain.js"];
const ORIGIN = "https://mermaid-cli-intercept.invalid/";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const answer = (value) => process.stdout.write(JSON.stringify(value) + "\n");

/** The next line of the request; undefined when nothing more will come. */
async function next() {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}
const place = await next();
let work; // what is to be drawn

/** Imports a package as mermaid-cli itself would find it. */
async function neighbour(name, from) {
  const file = findPackageJSON(name, from);
  const { exports: entry, main } = JSON.parse(await readFile(file, "utf8"));
  let target = typeof entry === "object" ? (entry["."] ?? entry) : entry;
  while (typeof target === "object") target = target.import ?? target.default;
  return import(pathToFileURL(path.join(path.dirname(file), target ?? main)).href);
}

class Studio {
  /** A browser with one warm page. */
  static async open(puppeteer, scripts) {
    const browser = await puppeteer.launch({
      executablePath: place.browser,
      headless: place.shell ? "shell" : true,
      pipe: true, // the browser ends when this pipe breaks, however this process dies
      userDataDir: path.join(place.folder, `profile-${++Studio.opened}`),
      timeout: 30_000,
      args: place.flags,
    });
    const studio = new Studio(browser, scripts);
    studio.easel = await studio.another();
    return studio;
  }
  static opened = 0;

  constructor(browser, scripts) {
    this.browser = browser;
    this.scripts = scripts;
    this.broken = false;
    browser.on("disconnected", () => (this.broken = true));
  }

  /** One more page. */
  async another() {
    const easel = new Easel(this);
    await easel.refresh();
    return easel;
  }

  async close() {
    const gone = this.browser.close().catch(() => {});
    const timer = new Promise((done) => setTimeout(done, 2000).unref());
    await Promise.race([gone, timer]);
    this.browser.process()?.kill("SIGKILL");
  }
}

/** One warm page, on which one diagram is drawn after the other. */
class Easel {
  constructor(studio) {
    this.studio = studio;
  }

  /** A page on which nothing has been drawn yet. */
  async refresh() {
    const old = this.page;
    const page = await this.studio.browser.newPage();
    await old?.close();
    page.on("request", (asked) => this.admit(asked));
    page.on("error", () => (this.studio.broken = true));
    await page.setRequestInterception(true);
    await page.evaluateOnNewDocument(this.studio.scripts);
    Object.assign(this, { page, serve: undefined, home: undefined, seen: new Map(), settings: undefined });
  }

  /** Only mermaid-cli's own files and its empty page may be fetched. */
  admit(asked) {
    const url = asked.url();
    if (url.startsWith(ORIGIN) && this.serve) return this.serve(asked);
    return url === this.home ? asked.continue() : asked.abort();
  }

  /** Does something only when its value differs from the last one: each errand to the browser takes its time. */
  change(what, value, act) {
    const key = JSON.stringify(value);
    if (this.seen.get(what) === key) return undefined;
    this.seen.set(what, key);
    return act();
  }

  /** What `renderMermaid` takes for a browser. */
  stand(prepare) {
    const easel = this;
    const page = new Proxy(this.page, {
      get(real, name) {
        switch (name) {
          case "goto":
            return (url) => easel.change("page", url, () => real.goto((easel.home = url)));
          case "setRequestInterception":
            return async () => {};
          case "on":
            return (event, handler) => void (event === "request" && (easel.serve = handler));
          case "evaluate":
            // Of the style sheets only ours is loaded: text is measured in the document's own font, and nothing else.
            return async (act, arg) => {
              if (typeof arg?.href !== "string") return real.evaluate(act, arg);
              if (!arg.href.endsWith("/handbill.css")) return undefined;
              return easel.change("fonts", arg.href, () => real.evaluate(act, arg));
            };
          case "setViewport":
            return async (view) => easel.change("view", view, () => real.setViewport(view));
          case "$eval":
            return async (selector, act, arg) => {
              if (selector === "svg") return ""; // the drawing is taken by `flatten`
              if (selector === "body") return easel.change("ground", arg, () => real.$eval(selector, act, arg));
              if (arg?.mermaidUrl) {
                arg.mermaidUrl = arg.mermaidUrl.replace("mermaid.esm.mjs", "mermaid.esm.min.mjs"); // half the bytes
                await prepare(real, arg);
              }
              return real.$eval(selector, act, arg);
            };
          case "close":
            return async () => {};
          default: {
            const value = real[name];
            return typeof value === "function" ? value.bind(real) : value;
          }
        }
      },
    });
    return { newPage: async () => page };
  }
}

class NeedsOwnPage extends Error {}

class Refused extends Error {
  constructor(kind, words, more = {}) {
    super(words);
    this.problem = { kind, words, ...more };
  }
}

/** Names of the author's settings that are not in the list of those that may be set. */
function forbidden(settings, allowed, trail = []) {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return [trail.join(".")];
  return Object.entries(settings).flatMap(([key, value]) => {
    const rule = allowed?.[key];
    const here = [...trail, key];
    if (Array.isArray(rule)) return rule.includes(value) ? [] : [here.join(".")];
    if (typeof rule === "object") return forbidden(value, rule, here);
    if (rule === "text") return typeof value === "string" && /^[\w %:.,/-]{0,60}$/.test(value) ? [] : [here.join(".")];
    return rule === typeof value ? [] : [here.join(".")];
  });
}

/**
 * Mermaid's modules keep the settings that were in force when they were loaded. So a page serves one set of settings
 * only, and a diagram with settings of its own gets a page of its own: it comes out the same alone and among others.
 */
async function draw(easel, renderMermaid, diagram) {
  const settings = JSON.stringify(diagram.config);
  if (easel.settings !== undefined && easel.settings !== settings) await easel.refresh();
  easel.settings = settings;
  let told;
  const prepare = async (page, urls) => {
    told = await page.evaluate((job) => globalThis.handbill.prepare(job), { ...urls, definition: diagram.code, type: diagram.type });
    if (told.problem) throw new Refused(told.problem.kind, told.problem.words, told.problem);
    if (!work.types.includes(told.type)) throw new Refused("type", "", { type: told.type });
    const names = forbidden(told.config, work.allowed);
    if (names.length) throw new Refused("config", names.join(", "), { names, type: told.type });
    if (Object.keys(told.config).length && easel.settings === settings) throw new NeedsOwnPage();
  };
  const render = () => renderMermaid(easel.stand(prepare), diagram.code, "svg", {
    backgroundColor: diagram.background,
    mermaidConfig: diagram.config,
    customFontCSS: [{ cssUrl: pathToFileURL(path.join(place.folder, "handbill.css")) }],
    fontEmbed: false,
    svgId: diagram.svgId,
    viewport: { width: 1600, height: 1200, deviceScaleFactor: diagram.scale || 1 },
  });
  try {
    await render();
  } catch (error) {
    if (!(error instanceof NeedsOwnPage)) throw error;
    await easel.refresh();
    easel.settings = "its own";
    await render();
  }
  const drawing = await easel.page.evaluate((options) => globalThis.handbill.flatten(options), {
    background: diagram.background,
    family: diagram.family,
  });
  const made = { id: diagram.id, type: told.type, graph: told.graph, ...drawing };
  if (diagram.scale) {
    const clip = await easel.page.evaluate(() => globalThis.handbill.frame());
    const view = {
      width: Math.ceil(clip.x + clip.width),
      height: Math.ceil(clip.y + clip.height),
      deviceScaleFactor: diagram.scale,
    };
    await easel.change("view", view, () => easel.page.setViewport(view));
    made.png = await easel.page.screenshot({ clip, encoding: "base64" });
  }
  return made;
}

const late = Symbol("late");
function within(seconds, promise) {
  let timer;
  const bell = new Promise((done) => (timer = setTimeout(done, seconds * 1000, late)));
  return Promise.race([promise, bell]).finally(() => clearTimeout(timer));
}

/**
 * Draws on several pages at the same time; gives what is still to be drawn.
 *
 * When one of them meets trouble the others take nothing new: whose doing it was is found out by drawing what is left one
 * after the other.
 */
async function sideBySide(studio, renderMermaid, diagrams, pages) {
  const waiting = [...diagrams];
  const left = [];
  const serve = async (easel) => {
    while (waiting.length && !studio.broken) {
      const diagram = waiting.shift();
      if (!(await attempt(studio, easel, renderMermaid, diagram))) left.push(diagram);
    }
  };
  const more = Array.from({ length: pages - 1 }, async () => {
    try {
      await serve(await studio.another());
    } catch {
      studio.broken = true; // no page to be had: told when the next diagram finds none either
    }
  });
  await Promise.all([serve(studio.easel), ...more]);
  return [...left, ...waiting].sort((one, other) => one.id - other.id);
}

/** Draws one diagram and answers; false when something broke that may have been another one's doing. */
async function attempt(studio, easel, renderMermaid, diagram, last = false) {
  try {
    const made = await within(work.seconds, draw(easel, renderMermaid, diagram));
    if (made === late) {
      studio.broken = true;
      answer({ id: diagram.id, problem: { kind: "time", words: "" } });
    } else answer(made);
  } catch (error) {
    if (error instanceof Refused) {
      answer({ id: diagram.id, problem: error.problem });
      return true;
    }
    const kind = studio.broken ? "crash" : "failed";
    studio.broken = true;
    if (!last) return false;
    answer({ id: diagram.id, problem: { kind, words: String(error?.message ?? error) } });
  }
  return true;
}

async function main() {
  const index = pathToFileURL(path.join(place.mermaidCli, "src", "index.js"));
  const scripts = Promise.all(SCRIPTS.map((name) => readFile(new URL(name, import.meta.url), "utf8")));
  const { default: puppeteer } = await neighbour("puppeteer", index);
  const page = (await scripts).join("\n");
  const opening = Studio.open(puppeteer, page);
  opening.catch(() => {});
  const { renderMermaid } = await import(index.href);
  let studio = await opening;
  work = await next();
  if (!work) return studio.close();
  const { diagrams, pages } = work;
  for (const diagram of pages > 1 ? await sideBySide(studio, renderMermaid, diagrams, pages) : diagrams) {
    // A second try in a fresh browser: an odd failure may be the last diagram's doing, or a browser that died.
    for (const last of [false, true]) {
      if (studio.broken) {
        await studio.close();
        studio = await Studio.open(puppeteer, page);
      }
      if (await attempt(studio, studio.easel, renderMermaid, diagram, last)) break;
    }
  }
  await studio.close();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  answer({ fatal: String(error?.message ?? error) });
  process.exit(1);
}
