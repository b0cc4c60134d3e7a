(() => { globalThis.handbill = { ...globalThis.handbill, graph: (type, db) => ({ type }) }; })();
