// The view of all traces: a search, and what it finds.
import { useMemo, useRef, useState } from "preact-hooks";
import { html } from "kinetrace/html";
import { go, link, replace } from "kinetrace/route";
import { count } from "kinetrace/text";
import { clock, duration } from "kinetrace/time";
import { keysOf, search } from "kinetrace/traces-search";
import { VirtualList } from "kinetrace/virtual-list";

const ROW = 34;
/** While spans keep coming, the list stays as it is for this long, so that it can be read. */
const CALM_MS = 1000;
const HEAD = ["started, UTC", "took", "root", "services", "key", "spans", "status"];

export function Traces({ run, route }) {
  const { query } = route;
  const [asked, setAsked] = useState(0);
  const version = useCalm(run.store.tables.spans.end);
  const found = useMemo(() => search(run, query), [JSON.stringify(query), asked, version]);
  const change = (part) => replace("traces", "", { ...query, ...part });
  if (run.traces.traces.size === 0) return html`<${None} run=${run} />`;
  const input = (name) => (event) => change({ [name]: event.target.value });
  return html`<div class="traces-view">
    <h1 class="hidden">Traces</h1>
    <form class="toolbar" role="search" onSubmit=${(event) => (event.preventDefault(), setAsked((it) => it + 1))}>
      <label for="q">Search</label>
      <input id="q" type="search" value=${query.q ?? ""} onInput=${input("q")} placeholder="key, trace id, service or name" size="32" />
      <label for="status">Status</label>
      <select id="status" value=${query.status ?? ""} onChange=${input("status")}>
        <option value="">any</option><option value="error">error</option><option value="ok">no error</option></select>
      <label for="least">Longer than</label>
      <input id="least" type="number" min="0" value=${query.least ?? ""} onInput=${input("least")} class="short" aria-describedby="ms" /><span id="ms">ms</span>
      <label for="service">Service</label>
      <select id="service" value=${query.service ?? ""} onChange=${input("service")}><option value="">any</option>
        ${[...run.traces.services].sort().map((it) => html`<option key=${it} value=${it}>${it}</option>`)}</select>
      <span class="spring"></span><span class="muted" role="status">${count(found.length, "trace")}</span>
    </form>
    ${found.length === 0 ? html`<p class="empty">No trace matches. <a href="#traces">Show all of them.</a></p>` : html`<${VirtualList}
      label="Traces" head=${HEAD} count=${found.length} height=${ROW} keyOf=${(at) => found[at].id} row=${(at) => cells(run, found[at])}
      open=${(at) => go("trace", found[at].id)} />`}
  </div>`;
}

/** A version that follows the newest one, but not more often than the list may change. */
function useCalm(version) {
  const last = useRef({ at: -Infinity, version });
  const now = performance.now();
  if (version !== last.current.version && now - last.current.at > CALM_MS) last.current = { at: now, version };
  return last.current.version;
}

function cells(run, trace) {
  const { store } = run;
  const keys = keysOf(run, trace.id);
  return [
    html`<a href=${link("trace", trace.id)} tabindex="-1">${clock(store.origin, trace.start)}</a>`,
    duration(trace.end - trace.start),
    store.text(store.tables.spans.get("name", trace.root)),
    [...trace.services].sort().join(", "),
    keys.length > 2 ? `${keys.slice(0, 2).join(", ")} and ${keys.length - 2} more` : keys.join(", "),
    String(trace.spans.length),
    trace.errors
      ? html`<span class="state danger"><span aria-hidden="true">✕</span> ${count(trace.errors, "error")}</span>`
      : html`<span class="muted">no error</span>`,
  ];
}

function None({ run }) {
  return html`<div class="stack"><h1>Traces</h1><p class="empty">${run.isReport
    ? html`The report has no spans. Give some with <code>kinetrace report --spans FILE</code>: a file that OpenTelemetry's
      file exporter wrote, or a trace saved from Jaeger.`
    : html`No spans have arrived. Functions that kinetrace starts export to it by themselves; other services do with
      ${" "}<code>OTEL_EXPORTER_OTLP_ENDPOINT</code> set to the OTLP address that the command printed.`}</p></div>`;
}
