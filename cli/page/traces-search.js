// Which traces a search finds. A search is `{q, status, least, service}`: words, "error" or "ok", milliseconds, a name.

/** The ids of the traces that match, the latest first. */
export function search(run, { q = "", status = "", least = "", service = "" }) {
  const words = q.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const micros = Number(least) * 1000 || 0;
  const found = [];
  for (const trace of run.traces.traces.values()) {
    if (status === "error" && trace.errors === 0) continue;
    if (status === "ok" && trace.errors > 0) continue;
    if (trace.end - trace.start < micros) continue;
    if (service && !trace.services.has(service)) continue;
    if (words.length && !words.every((word) => matches(run, trace, word))) continue;
    found.push(trace);
  }
  return found.sort((a, b) => b.start - a.start);
}

function matches(run, trace, word) {
  const { store, relations } = run;
  if (trace.id.startsWith(word)) return true;
  for (const service of trace.services) if (service.toLowerCase().includes(word)) return true;
  if (relations.recordsInTrace(trace.id).some((id) => store.text(store.tables.records.get("key", id)).toLowerCase().includes(word))) return true;
  return trace.spans.some((id) => store.text(store.tables.spans.get("name", id)).toLowerCase().includes(word));
}

/** The keys of the records in a trace. */
export function keysOf(run, id) {
  const { records } = run.store.tables;
  return [...new Set(run.relations.recordsInTrace(id).map((it) => run.store.text(records.get("key", it))))];
}
