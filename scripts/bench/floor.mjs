/*
 * The floor for diagrams: one browser, one warm page, Mermaid's own API, all diagrams one after the other, and nothing
 * else. The argument names the file of what to draw (see page.py).
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

const asked = JSON.parse(await readFile(process.argv[2], "utf8"));
const { exports: entry } = JSON.parse(await readFile(path.join(asked.puppeteer, "package.json"), "utf8"));
const { default: puppeteer } = await import(pathToFileURL(path.join(asked.puppeteer, entry["."].import ?? entry["."].default)).href);

const browser = await puppeteer.launch({
  executablePath: asked.browser,
  headless: asked.shell ? "shell" : true,
  pipe: true,
  args: asked.flags,
});
const page = await browser.newPage();
await page.setContent("<!doctype html><body></body>");
await page.addStyleTag({ content: asked.css });
await page.addScriptTag({ path: asked.mermaid });
const drawn = await page.evaluate(async ({ config, codes, family }) => {
  await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} 16px '${family}'`)));
  globalThis.mermaid.initialize(config);
  const drawings = [];
  for (const [number, code] of codes.entries()) drawings.push((await globalThis.mermaid.render(`d${number}`, code)).svg);
  return drawings;
}, asked);
if (drawn.length !== asked.codes.length || drawn.some((svg) => !svg.startsWith("<svg"))) throw new Error("not all were drawn");
await browser.close();
