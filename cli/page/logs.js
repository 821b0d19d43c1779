// The lines that functions wrote during some invocations, and what was logged by OpenTelemetry in some traces.
import { html } from "kinetrace/html";
import { count } from "kinetrace/text";
import { clock } from "kinetrace/time";

const MOST = 500;

export function Logs({ run, requests, traces }) {
  const { store, relations } = run;
  const of = [...requests.flatMap((it) => relations.logsOf(it)), ...traces.flatMap((it) => relations.logsInTrace(it))];
  const ids = of.sort((a, b) => store.tables.logs.get("at", a) - store.tables.logs.get("at", b));
  if (ids.length === 0) return null;
  return html`<section class="card"><h2>${count(ids.length, "log line")}</h2>
    <pre class="logs" tabindex="0" role="region" aria-label="Log lines">${ids.slice(0, MOST).map((id) => html`<${Line} run=${run} id=${id} />`)}</pre>
    ${ids.length > MOST && html`<p class="muted">These are the first ${MOST}.</p>`}</section>`;
}

function Line({ run, id }) {
  const { store } = run;
  const row = store.tables.logs.row(id);
  const of = row.stream === 2 ? row.service || "a service" : `${store.functions[row.function]?.name ?? row.function}/${row.environment}`;
  return html`<span class="muted">${clock(store.origin, row.at)} ${of}${row.stream === 1 ? " stderr" : ""}</span> ${store.text(row.line)}${"\n"}`;
}
