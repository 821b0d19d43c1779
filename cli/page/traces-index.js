// Traces, gathered from their spans, and which of them link to which.

const ERROR = 2;

export class TracesIndex {
  constructor(store) {
    this.store = store;
    /** Trace id → what its spans have in common. */
    this.traces = new Map();
    /** Trace id → `[trace, span]` of those that link to it. */
    this.linkedFrom = new Map();
    this.services = new Set();
    this.forgotten = 0;
  }

  apply({ added }) {
    const { spans } = this.store.tables;
    for (let id = added.spans[0]; id < added.spans[1]; id++) this.#span(id);
    // A trace goes when its last span goes. Looking for them all is not worth it for a few.
    if (spans.oldest - this.forgotten > spans.length / 10) this.#forget(spans.oldest);
  }

  #span(id) {
    const { store } = this;
    const { spans } = store.tables;
    const key = store.text(spans.get("trace", id));
    const [start, end] = [spans.get("start", id), spans.get("end", id)];
    let trace = this.traces.get(key);
    if (!trace) {
      trace = { id: key, spans: [], start, end, services: new Set(), errors: 0, root: id, links: [] };
      this.traces.set(key, trace);
    }
    trace.spans.push(id);
    if (start < trace.start) trace.start = start;
    if (end > trace.end) trace.end = end;
    const service = store.text(spans.get("service", id));
    trace.services.add(service);
    this.services.add(service);
    if (spans.get("status", id) === ERROR) trace.errors++;
    if (!store.text(spans.get("parent", id)) || start < spans.get("start", trace.root)) trace.root = id;
    for (const [to, span] of spans.get("links", id) ?? []) this.#link(trace, id, store.text(to), store.text(span));
  }

  #link(from, id, to, span) {
    from.links.push({ from: id, trace: to, span });
    if (to === from.id) return;
    const list = this.linkedFrom.get(to) ?? [];
    list.push({ trace: from.id, span: this.store.text(this.store.tables.spans.get("span", id)) });
    this.linkedFrom.set(to, list);
  }

  #forget(oldest) {
    this.forgotten = oldest;
    for (const [key, trace] of this.traces) {
      if (trace.spans[0] >= oldest) continue;
      trace.spans = trace.spans.filter((id) => id >= oldest);
      trace.links = trace.links.filter((it) => it.from >= oldest);
      if (trace.spans.length === 0) this.traces.delete(key);
      else if (trace.root < oldest) trace.root = trace.spans[0];
    }
    for (const [to, list] of this.linkedFrom) {
      const kept = list.filter((it) => this.traces.has(it.trace));
      if (kept.length) this.linkedFrom.set(to, kept);
      else this.linkedFrom.delete(to);
    }
  }
}
