/* Shows the deck one slide at a time. Without this script the same file is a page to read. */
(() => {
  "use strict";
  const root = document.documentElement;
  const main = document.querySelector("main");
  const words = main.dataset;
  const query = new URLSearchParams(location.search);
  const receiver = query.has("receiver"); // inside the speaker's window
  const narrow = matchMedia("(max-width: 40em)").matches && !receiver;
  if (query.has("page") || narrow) return;

  root.classList.add("deck");
  root.classList.toggle("receiver", receiver);
  for (const sheet of document.querySelectorAll("style[data-deck]")) sheet.media = "screen";
  for (const sheet of document.querySelectorAll("style[data-page]")) sheet.media = "print";
  // One slide at a time is a page of its own: its title is that page's main heading.
  for (const heading of document.querySelectorAll(".slides h2, .slides h3")) {
    heading.setAttribute("aria-level", String(Number(heading.tagName[1]) - 1));
  }

  const wrapper = document.querySelector(".reveal");
  const deck = new Reveal(wrapper, {
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, plugins: [RevealNotes],
    transition: "none", backgroundTransition: "none", autoAnimate: false, // nothing moves that a reader did not ask for
    controlsLayout: "edges", controlsTutorial: false, controlsBackArrows: "visible", progress: true, pdfSeparateFragments: false,
    scrollActivationWidth: null, rtl: root.dir === "rtl", help: true, jumpToSlide: false,
  });

  window.Reveal = deck; // there is one deck on the page: who asks for reveal.js means this one

  const panel = document.createElement("section");
  panel.className = "notes-panel";
  panel.id = "notes-panel";
  panel.tabIndex = 0;
  panel.hidden = true;
  panel.setAttribute("aria-label", words.notes);

  const toolbar = document.createElement("nav");
  toolbar.className = "toolbar";
  toolbar.setAttribute("aria-label", words.tools);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.notes;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", panel.id);
  const link = document.createElement("a");
  link.href = "?page";
  link.textContent = words.page;
  toolbar.append(button, link);

  const status = document.createElement("p");
  status.className = "status-line";
  status.setAttribute("role", "status");

  function current() {
    const slide = deck.getCurrentSlide();
    const heading = slide.querySelector("h1, h2");
    return { slide, title: heading ? heading.textContent.trim() : "" };
  }

  function tell() {
    const { slide, title } = current();
    status.textContent = `${words.slide} ${deck.getSlidePastCount() + 1} / ${deck.getTotalSlides()}: ${title}`;
    const notes = slide.querySelector("aside.notes");
    panel.innerHTML = "";
    const heading = document.createElement("h2");
    heading.textContent = words.notes;
    panel.append(heading);
    for (const node of notes ? notes.childNodes : []) panel.append(node.cloneNode(true));
    for (const node of panel.querySelectorAll("[id]")) node.removeAttribute("id");
    panel.scrollTop = 0;
  }

  function toggleNotes() {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    deck.layout();
    if (!panel.hidden) panel.focus({ preventScroll: true });
  }

  button.addEventListener("click", toggleNotes);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address belongs to the slides
    document.getElementById("slides").focus();
  });

  deck.initialize().then(() => {
    // reveal.js takes the whole page from a screen reader (role "application") and reads each slide aloud
    // twice; without both its keys still work, the slide can be read line by line, and its name is announced.
    wrapper.removeAttribute("role");
    for (const region of document.querySelectorAll(".aria-status")) region.remove();
    main.append(panel, status);
    main.before(toolbar);
    for (const [name, label] of [["left", words.previous], ["right", words.next]]) {
      for (const arrow of document.querySelectorAll(`.navigate-${name}`)) arrow.setAttribute("aria-label", label);
    }
    deck.addKeyBinding({ keyCode: 84, key: "T", description: words.notes }, toggleNotes);
    deck.on("slidechanged", tell);
    tell();
    root.classList.add("ready");
  });
})();
