// Judges pages with axe-core: reads one JSON request, writes one JSON list of findings for each page.
// A page with reveal.js is judged slide by slide, at two window sizes, and its slides must not overflow.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const request = JSON.parse(readFileSync(0, "utf8"));
const { default: puppeteer } = await import(pathToFileURL(createRequire(request.puppeteer).resolve("puppeteer")).href);
const axe = readFileSync(request.axe, "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const browser = await puppeteer.launch({
  executablePath: request.browser,
  headless: true,
  userDataDir: path.join(request.folder, "profile"),
  args: [
    ...(request.sandbox ? [] : ["--no-sandbox"]),
    "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu", "--no-first-run",
  ],
});

async function judge(page, place) {
  const found = await page.evaluate(
    async (tags) => (await window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })).violations
      .map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")}`),
    TAGS,
  );
  return found.map((words) => `${place}: ${words}`);
}

// What sticks out of the window, or of the slide's own box, is lost to the audience.
const overflow = () => {
  const slide = window.Reveal.getCurrentSlide();
  const frame = document.querySelector(".reveal .slides").getBoundingClientRect();
  const out = [...slide.querySelectorAll("*")].filter((e) => {
    if (e.closest(".notes, aside, .visually-hidden, details:not([open])") || e.closest("svg, defs") !== null && e.tagName !== "svg") return false;
    const style = getComputedStyle(e);
    if (style.display === "none" || style.visibility === "hidden" || style.clipPath !== "none") return false;
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && (box.bottom > frame.bottom + 2 || box.right > frame.right + 2 || box.left < frame.left - 2 || box.top < frame.top - 2);
  });
  return out.slice(0, 2).map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}`);
};

const answers = [];
for (const url of request.pages) {
  const found = [];
  const page = await browser.newPage();
  page.on("request", (r) => { if (/^(https?|wss?|ftp):/.test(r.url())) found.push(`asks a network for ${r.url()}`); });
  page.on("pageerror", (e) => found.push(`script error: ${e.message}`));
  for (const [width, height] of request.sizes) {
    await page.setViewport({ width, height });
    await page.goto(url, { waitUntil: "load" });
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(axe);
    const deck = await page.evaluate(() => typeof window.Reveal === "object" && window.Reveal.isReady?.());
    if (!deck) { found.push(...(await judge(page, `${width} x ${height}`))); continue; }
    const slides = await page.evaluate(() => window.Reveal.getSlides().map((s) => window.Reveal.getIndices(s)));
    for (const [number, { h, v }] of slides.entries()) {
      await page.evaluate((h, v) => window.Reveal.slide(h, v, Infinity), h, v);
      await new Promise((done) => setTimeout(done, 60));
      const place = `slide ${number + 1} at ${width} x ${height}`;
      if (width === request.sizes[0][0]) found.push(...(await judge(page, place)));
      found.push(...(await page.evaluate(overflow)).map((e) => `${place}: ${e} sticks out`));
    }
  }
  await page.close();
  answers.push([...new Set(found)]);
}
await browser.close();
process.stdout.write(JSON.stringify(answers));
