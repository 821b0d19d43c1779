// The spans of a trace as a tree: each below its parent, in the order of their starts.

/** Spans as `{...span, depth, isOrphan}`. A span whose parent is not there stands at the top. */
export function tree(spans) {
  const byId = new Map(spans.map((it) => [it.span, it]));
  const children = Map.groupBy(spans, (it) => (byId.has(it.parent) && it.parent !== it.span ? it.parent : ""));
  const rows = [];
  const seen = new Set();
  const walk = (list, depth) => {
    for (const span of list.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      if (seen.has(span.span)) continue;
      seen.add(span.span);
      rows.push({ ...span, depth, isOrphan: depth === 0 && Boolean(span.parent) });
      walk(children.get(span.span) ?? [], depth + 1);
    }
  };
  walk(children.get("") ?? [], 0);
  // Parents that go round in a circle have no top; they are shown nevertheless.
  walk(spans, 0);
  return rows;
}

/** The spans of a trace as far as the page has them, with texts. */
export function spansOf(run, id) {
  const { store, traces } = run;
  const oldest = store.tables.spans.oldest;
  const ids = (traces.traces.get(id)?.spans ?? []).filter((it) => it >= oldest);
  return ids.map((it) => {
    const row = store.tables.spans.row(it);
    const text = (name) => store.text(row[name]);
    return { ...row, trace: id, span: text("span"), parent: text("parent"), service: text("service"), name: text("name"),
      links: (row.links ?? []).map(([trace, span]) => ({ trace: store.text(trace), span: store.text(span) })) };
  });
}

/** Spans from the two sources: details where there are any, and what has arrived since. */
export function merge(known, details) {
  const detailed = new Map((details ?? []).map((it) => [it.span, it]));
  const ids = new Set(known.map((it) => it.span));
  return [...known.map((it) => ({ ...it, ...detailed.get(it.span), record: it.record })), ...(details ?? []).filter((it) => !ids.has(it.span))];
}
