/*
 * Runs in the page: what Mermaid's own parser has understood, as plain data. One function for each form of words; each
 * gets the parser's database. All texts are plain: no entities, no markup, one line.
 */
(() => {
  /** Mermaid's labels as a reader sees them. */
  function plain(text, markdown = false) {
    const coded = String(text ?? "").replace(/ﬂ°°(\d+)¶ß/g, "&#$1;").replace(/ﬂ°(\w+)¶ß/g, "&$1;");
    const html = coded.replace(/<br\s*\/?>|\\n|\n/gi, " ");
    let words = new DOMParser().parseFromString(html, "text/html").body.textContent;
    if (markdown) words = words.replace(/\*\*|__|`/g, "").replace(/(^|\W)[*_](\S[^*_]*\S|\S)[*_](?=\W|$)/g, "$1$2");
    return words.replace(/\s+/g, " ").trim();
  }
  const titled = (item, key, ...others) => plain(item?.[key] ?? "", item?.labelType === "markdown") || others.map((o) => plain(o)).find(Boolean) || "";
  const list = (things) => (things instanceof Map ? [...things.values()] : Array.isArray(things) ? things : Object.values(things ?? {}));

  const DECISIONS = new Set(["diamond", "diam", "decision", "question", "choice"]);

  function flow(db) {
    const groups = list(db.getSubGraphs()).map((g) => ({ id: g.id, label: titled(g, "title"), members: [...g.nodes], direction: g.dir ?? "" }));
    const names = new Set(groups.map((group) => group.id));
    return {
      direction: db.getDirection?.() ?? "",
      nodes: list(db.getVertices())
        .filter((vertex) => !names.has(vertex.id))
        .map((v) => ({ id: v.id, label: titled(v, "text", v.id), kind: DECISIONS.has(v.type) ? "decision" : "step" })),
      edges: list(db.getEdges())
        .filter((edge) => edge.stroke !== "invisible")
        .map((e) => ({ from: e.start, to: e.end, label: titled(e, "text"),
          way: String(e.type).startsWith("double_") ? "both" : e.type === "arrow_open" ? "none" : "forward" })),
      groups,
    };
  }

  const STATES = { stateStart: "start", stateEnd: "end", choice: "decision", fork: "fork", join: "join" };

  const SIGNS = new Set(Object.keys(STATES)); // they show a sign, no words

  function state(db) {
    const { nodes, edges, direction } = db.getData();
    const notes = nodes.filter((node) => node.shape === "note");
    const hidden = new Set(nodes.filter((node) => ["note", "noteGroup", "divider"].includes(node.shape)).map((node) => node.id));
    const groups = nodes.filter((node) => node.isGroup && !hidden.has(node.id));
    const label = (node) => plain([node.label].flat()[0], false) || node.id;
    const said = (node) => [node.description].flat().map((words) => plain(words)).filter((words) => words && words !== label(node));
    const drawn = (edge) => !hidden.has(edge.start) && !hidden.has(edge.end) && !String(edge.classes).includes("note-edge");
    return {
      direction: direction ?? "",
      nodes: nodes
        .filter((node) => !node.isGroup && !hidden.has(node.id))
        .map((node) => ({ id: node.id, label: SIGNS.has(node.shape) ? "" : [label(node), ...said(node)].join(": "),
          kind: STATES[node.shape] ?? "step" })),
      edges: edges.filter(drawn).map((e) => ({ from: e.start, to: e.end, label: plain(e.label), way: "forward" })),
      groups: groups.map((group) => ({ id: group.id, label: label(group), direction: group.dir ?? "",
        members: nodes.filter((node) => parentOf(node, nodes, hidden) === group.id).map((node) => node.id) })),
      notes: notes.map((note) => ({ of: owner(note, db), text: plain(note.label) })).filter((note) => note.text),
    };
  }

  /** The composite state a node is in; dividers of parallel regions and the frames of notes do not count. */
  function parentOf(node, nodes, hidden) {
    let parent = node.parentId;
    while (parent && hidden.has(parent)) parent = nodes.find((other) => other.id === parent)?.parentId;
    return hidden.has(node.id) ? undefined : parent;
  }

  const owner = (note, db) => list(db.getStates()).find((s) => s.note && plain(s.note.text) === plain(note.label))?.id ?? "";

  const BLOCKS = {
    LOOP: "loop", ALT: "alt", OPT: "opt", PAR: "par", PAR_OVER: "par", CRITICAL: "critical", BREAK: "break", RECT: "rect",
  };
  const TURNS = new Set(["ALT_ELSE", "PAR_AND", "CRITICAL_OPTION"]);

  function sequence(db) {
    const kinds = Object.fromEntries(Object.entries(db.LINETYPE).map(([name, number]) => [number, name]));
    const events = [];
    for (const message of db.getMessages()) {
      const kind = kinds[message.type] ?? "";
      const [, block, edge] = /^(\w+?)_(START|END)$/.exec(kind) ?? [];
      const text = plain(message.message?.text ?? (typeof message.message === "object" ? "" : message.message));
      if (kind === "NOTE") {
        events.push({ kind: "note", of: [...new Set([message.from, message.to ?? message.from])], text });
      } else if (BLOCKS[block]) {
        events.push(edge === "START" ? { kind: "begin", block: BLOCKS[block], text } : { kind: "end" });
      } else if (TURNS.has(kind)) {
        events.push({ kind: "turn", text });
      } else if (message.from !== undefined && message.to !== undefined && !/^(ACTIVE|AUTONUMBER|CENTRAL)/.test(kind)) {
        const way = kind.startsWith("BIDIRECTIONAL") ? "both" : kind.includes("CROSS") ? "lost" : "forward";
        events.push({ kind: "message", from: message.from, to: message.to, text, reply: kind.includes("DOTTED"), way });
      }
    }
    return { actors: db.getActorKeys().map((id) => ({ id, label: titled(db.getActor(id), "description", id) })), events };
  }

  const ENDS = ["aggregation", "extension", "composition", "dependency", "lollipop"];

  function classes(db) {
    const member = (m) => plain(m.getDisplayDetails?.().displayText ?? m).replace(/^[+#~-]\s*/, ""); // who may use it is the drawing's matter
    return {
      classes: list(db.getClasses()).map((c) => ({
        id: c.id, label: titled(c, "label", c.id), annotations: (c.annotations ?? []).map((a) => plain(a)),
        attributes: (c.members ?? []).map(member), methods: (c.methods ?? []).map(member), namespace: c.parent ?? "",
      })),
      relations: list(db.getRelations()).map((r) => ({
        from: r.id1, to: r.id2, text: plain(r.title), dotted: r.relation.lineType === 1,
        fromEnd: ENDS[r.relation.type1] ?? "", toEnd: ENDS[r.relation.type2] ?? "",
        fromCount: count(r.relationTitle1), toCount: count(r.relationTitle2),
      })),
      notes: list(db.getNotes?.()).map((note) => ({ of: note.class ?? "", text: plain(note.text) })),
    };
  }
  const count = (text) => (text && text !== "none" ? plain(text) : "");

  const CARDINALITIES = { ONLY_ONE: "one", ZERO_OR_ONE: "maybe", ZERO_OR_MORE: "any", ONE_OR_MORE: "some", MD_PARENT: "parent" };

  function er(db) {
    const entities = [...(db.getEntities?.() ?? new Map()).entries()];
    const names = new Map(entities.map(([name, entity]) => [entity.id, plain(entity.alias) || plain(entity.label) || name]));
    for (const [name, entity] of entities) names.set(name, names.get(entity.id));
    return {
      entities: entities.map(([name, entity]) => ({
        id: name, label: names.get(name),
        attributes: (entity.attributes ?? []).map((a) => ({ name: plain(a.name), type: plain(a.type), keys: a.keys ?? [], comment: plain(a.comment) })),
      })),
      // Mermaid names the ends crosswise: `cardB` is what stands beside the first entity.
      relations: list(db.getRelationships()).map((r) => ({
        from: names.get(r.entityA) ?? r.entityA, to: names.get(r.entityB) ?? r.entityB, text: plain(r.roleA),
        fromCount: CARDINALITIES[r.relSpec.cardB] ?? "", toCount: CARDINALITIES[r.relSpec.cardA] ?? "",
        dependent: r.relSpec.relType === "IDENTIFYING",
      })),
    };
  }

  const pie = (db) => ({
    parts: [...db.getSections().entries()].map(([label, value]) => ({ label: plain(label), value })),
    showData: Boolean(db.getShowData?.()),
  });

  const timeline = (db) => ({
    periods: db.getTasks().map((task) => ({ section: plain(task.section), label: plain(task.task),
      events: (task.events ?? []).map((event) => plain(event)) })),
  });

  function gantt(db) {
    const when = (moment) => (moment ? new Date(moment).toISOString().slice(0, 16) : "");
    return {
      tasks: db.getTasks().filter((task) => !task.vert).map((task) => ({
        section: plain(task.section), label: plain(task.task), start: when(task.startTime), end: when(task.endTime),
        milestone: Boolean(task.milestone), done: Boolean(task.done), active: Boolean(task.active), critical: Boolean(task.crit),
      })),
    };
  }

  function mindmap(db) {
    const branch = (node) => ({ label: plain(node.descr, true), children: (node.children ?? []).map(branch) });
    const root = db.getMindmap();
    return { root: root ? branch(root) : { label: "", children: [] } };
  }

  const journey = (db) => ({
    tasks: db.getTasks().map((task) => ({ section: plain(task.section), label: plain(task.task), score: Number(task.score),
      people: (task.people ?? []).map((name) => plain(name)) })),
  });

  const FORMS = {
    "flowchart-v2": flow, "flowchart-elk": flow, swimlane: flow, stateDiagram: state, sequence, classDiagram: classes, er,
    pie, timeline, gantt, mindmap, journey,
  };

  function graph(type, db) {
    return { type, title: plain(db.getDiagramTitle?.() || db.getCommonDb?.().getDiagramTitle?.()), ...FORMS[type]?.(db) };
  }

  globalThis.handbill = { ...globalThis.handbill, graph };
})();
