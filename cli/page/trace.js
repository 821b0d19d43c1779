// The view of one trace: its waterfall, the chosen span, the traces it is linked with, its records and log lines.
import { useMemo } from "preact-hooks";
import { useAsked } from "kinetrace/ask";
import { serviceColours } from "kinetrace/colours";
import { html } from "kinetrace/html";
import { Logs } from "kinetrace/logs";
import { link, replace } from "kinetrace/route";
import { SpanDetails } from "kinetrace/span-details";
import { State } from "kinetrace/state";
import { count } from "kinetrace/text";
import { useDark } from "kinetrace/theme";
import { clock, date, duration } from "kinetrace/time";
import { merge, spansOf, tree } from "kinetrace/trace-tree";
import { Waterfall } from "kinetrace/waterfall";

const MOST_LINKS = 40;
/** So many linked traces are drawn below the trace; of more, it would be lost among them. */
const MOST_DRAWN = 6;

export function Trace({ run, route }) {
  const dark = useDark();
  const { id, query } = route;
  const linkedFrom = run.traces.linkedFrom.get(id) ?? [];
  const linked = linkedTraces(run, id, linkedFrom);
  const isWith = query.linked !== "no";
  const ids = [id, ...(isWith ? linked.map((it) => it.id) : [])];
  const known = ids.reduce((sum, it) => sum + (run.traces.traces.get(it)?.spans.length ?? 0), 0);
  const { value, error } = useAsked(() => Promise.all(ids.map((it) => run.trace(it))), [ids.join(), known]);
  const parts = useMemo(() => ids.map((it, at) => ({
    id: it,
    relation: linked[at - 1]?.relation,
    rows: tree(merge(spansOf(run, it), value?.[at])),
    isDetailed: !run.isReport || Boolean(value?.[at]),
  })), [ids.join(), known, value]);
  const records = run.relations.recordsInTrace(id);
  const { rows } = parts[0];
  if (rows.length === 0) return html`<${Missing} id=${id} run=${run} records=${records} isAsking=${value === undefined && !error} />`;
  const colours = serviceColours(run.traces.services.size ? run.traces.services : new Set(rows.map((it) => it.service)), dark);
  const incoming = incomingOf(run, id, linkedFrom);
  const all = parts.flatMap((it) => it.rows);
  const chosen = all.find((it) => it.span === query.span) ?? rows.find((it) => it.status === 2) ?? rows[0];
  return html`<div class="stack wide">
    <header class="heading">
      <h1>${rows[0].name} <span class="muted code">${id}</span></h1>
      <${Summary} run=${run} rows=${rows} />
      <${Records} run=${run} records=${records} />
      <${LinkedTraces} title="Links to" of=${outgoing(rows, id)} /><${LinkedTraces} title="Linked from" of=${linkedFrom} />
      ${linked.length > 0 && html`<label class="choice"><input type="checkbox" checked=${isWith}
        onChange=${({ target }) => replace("trace", id, { ...query, linked: target.checked ? "" : "no" })} /> Show linked traces below it</label>`}
    </header>
    ${error && html`<p class="warning">The run does not answer, so attributes and events are missing: ${error}</p>`}
    <div class="trace-body">
      <section class="card"><h2 class="hidden">Waterfall</h2>
        <${Waterfall} parts=${parts.filter((it) => it.rows.length)}
          colours=${colours} chosen=${chosen.span}
          incoming=${new Set(incoming.keys())} choose=${(span) => replace("trace", id, { ...query, span })} /></section>
      <${SpanDetails} run=${run} span=${chosen} linkedFrom=${incoming.get(chosen.span) ?? []}
        isDetailed=${parts.find((it) => it.rows.includes(chosen)).isDetailed} />
    </div>
    <${Logs} run=${run} requests=${requests(run, id, records)} traces=${[id]} />
  </div>`;
}

function Summary({ run, rows }) {
  const [start, end] = [Math.min(...rows.map((it) => it.start)), Math.max(...rows.map((it) => it.end))];
  const errors = rows.filter((it) => it.status === 2).length;
  const services = new Set(rows.map((it) => it.service)).size;
  return html`<p class="lead">${date(run.store.origin, start)} ${clock(run.store.origin, start)} UTC, ${duration(end - start)},
    ${" "}${count(rows.length, "span")} of ${count(services, "service")}${errors ? html`, <b class="danger">${count(errors, "error")}</b>` : ""}.</p>`;
}

/** The traces that are drawn below this one: `{id, relation}`. */
function linkedTraces(run, id, linkedFrom) {
  const to = (run.traces.traces.get(id)?.links ?? []).map((it) => ({ id: it.trace, relation: "links to" }));
  const from = linkedFrom.map((it) => ({ id: it.trace, relation: "linked from" }));
  const found = new Map([...to, ...from].filter((it) => it.id !== id && run.traces.traces.has(it.id)).map((it) => [it.id, it]));
  return [...found.values()].slice(0, MOST_DRAWN);
}

/** Span of this trace → those of other traces that link to it. */
function incomingOf(run, id, linkedFrom) {
  const incoming = new Map();
  for (const trace of new Set(linkedFrom.map((it) => it.trace))) {
    const { store } = run;
    for (const it of run.traces.traces.get(trace)?.links ?? []) {
      if (it.trace !== id) continue;
      const list = incoming.get(it.span) ?? [];
      list.push({ trace, span: store.text(store.tables.spans.get("span", it.from)) });
      incoming.set(it.span, list);
    }
  }
  return incoming;
}

function outgoing(rows, id) {
  return rows.flatMap((it) => it.links ?? []).filter((it) => it.trace !== id);
}

function LinkedTraces({ title, of }) {
  const traces = [...new Map(of.map((it) => [it.trace, it])).values()];
  if (traces.length === 0) return null;
  return html`<p class="actions"><span>${title}</span>${traces.slice(0, MOST_LINKS).map((it) => html`<a key=${it.trace} class="button code"
    href=${link("trace", it.trace, { span: it.span })}>${it.trace.slice(0, 8)}…</a>`)}
    ${traces.length > MOST_LINKS && html`<span class="muted">and ${traces.length - MOST_LINKS} more</span>`}</p>`;
}

function Records({ run, records }) {
  if (records.length === 0) return null;
  const { store } = run;
  return html`<p class="actions"><span>${records.length === 1 ? "Record" : "Records"}</span>${records.slice(0, MOST_LINKS).map((id) => html`
    <a key=${id} class="button" href=${link("record", id)}><${State} state=${store.tables.records.get("state", id)} />
      ${store.text(store.tables.records.get("key", id))}</a>`)}
    ${records.length > MOST_LINKS && html`<span class="muted">and ${records.length - MOST_LINKS} more</span>`}
    ${records.length === 1 && html`<a class="button" href=${inLanes(run, records[0])}>In the lanes</a>`}</p>`;
}

function inLanes({ store }, record) {
  return link("lanes", "", { key: store.text(store.tables.records.get("key", record)), record });
}

/** The requests of the invocations that ran in this trace, or that processed its record. */
function requests(run, id, records) {
  const { store, relations } = run;
  const { attempts, invocations } = store.tables;
  const ids = new Set(records.flatMap((it) => relations.attemptsAt(it)).map((it) => attempts.get("invocation", it)));
  return [...ids].filter((it) => it !== null && invocations.has(it)).map((it) => store.text(invocations.get("request", it))).filter(Boolean);
}

function Missing({ id, run, records, isAsking }) {
  return html`<div class="stack"><h1>Trace <span class="code">${id}</span></h1>
    <${Records} run=${run} records=${records} />
    <p class="empty">${isAsking ? "Asking for it…" : html`No span of this trace has arrived, or it has been forgotten.
      ${" "}<a href="#traces">See the traces that are there.</a>`}</p></div>`;
}
