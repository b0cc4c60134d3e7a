/*
 * Draws many TeX formulas with MathJax, and puts each into words with the Speech Rule Engine.
 *
 * stdin: one JSON request (see `_request` in tool.py). stdout: one JSON answer a line, each as soon as its formula is
 * ready, so that a time-out loses only what was not ready:
 *   {"id", "svg", "mathml", "words", "undrawn"}  or  {"id", "problem": words, "at": offset in the TeX or null}  or  {"fatal": words}
 */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGES = ["base", "ams", "cancel", "centernot", "upgreek", "units"]; // none that keeps what one formula defines for the next
const MEANT = Symbol("a mistake in the TeX");
const answer = (value) => process.stdout.write(JSON.stringify(value) + "\n");

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

/** MathJax without what would swallow a mistake (noerrors, noundefined), load code by name, or set links or colours. */
async function mathjax(folder) {
  const { default: MathJax } = await import(pathToFileURL(path.join(folder, "node-main.mjs")).href);
  await MathJax.init({
    loader: { load: ["input/tex-base", "output/svg", ...PACKAGES.slice(1).map((name) => `[tex]/${name}`)] },
    tex: {
      packages: PACKAGES,
      tags: "none",
      formatError(jax, error) {
        const stack = jax.parseOptions.parsers; // the innermost first; only the outermost reads what the author wrote
        throw { [MEANT]: true, problem: error.message, at: stack.length ? stack.at(-1).i : null };
      },
    },
    svg: { fontCache: "none", linebreaks: { inline: false } },
  });
  return MathJax;
}

async function speaker(folder, locale) {
  const engine = createRequire(import.meta.url)(path.join(folder, "lib/sre.js"));
  await engine.setupEngine({
    locale,
    domain: "clearspeak",
    style: "Fraction_OverEndFrac:Roots_RootEnd", // where a fraction or a root ends is always said
    modality: "speech",
    markup: "none",
    json: path.join(folder, "lib/mathmaps"),
  });
  await engine.engineReady();
  return (mathml) => engine.toSpeech(mathml).replace(/\s+/g, " ").trim();
}

async function draw(MathJax, speak, { id, tex, display }) {
  try {
    const node = await MathJax.tex2svgPromise(tex, { display });
    const adaptor = MathJax.startup.adaptor;
    const [svg] = adaptor.tags(node, "svg");
    const undrawn = adaptor.tags(svg, "text").map((text) => adaptor.textContent(text));
    const mathml = await MathJax.tex2mmlPromise(tex, { display });
    answer({ id, svg: adaptor.serializeXML(svg), mathml, words: speak(mathml), undrawn: undrawn.join("") });
  } catch (error) {
    if (!error?.[MEANT]) return answer({ id, problem: String(error?.message ?? error), at: null });
    answer({ id, problem: error.problem, at: error.at });
  }
}

try {
  const request = await read(process.stdin);
  const MathJax = await mathjax(request.mathjax);
  const speak = await speaker(request.speech, request.locale);
  for (const formula of request.formulas) await draw(MathJax, speak, formula);
} catch (error) {
  answer({ fatal: String(error?.stack ?? error) });
}
process.exit(0);
