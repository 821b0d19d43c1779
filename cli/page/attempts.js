// The attempts at a record, in their order.
import { html } from "kinetrace/html";
import { DUPLICATE, INVERSION, OVERLAP } from "kinetrace/order";
import { link } from "kinetrace/route";
import { Outcome } from "kinetrace/state";
import { CAUSES, INVOCATION_OUTCOMES, OUTCOMES, RELATIONS, count } from "kinetrace/text";
import { clock, duration } from "kinetrace/time";

const MARKS = [[DUPLICATE, "duplicate"], [INVERSION, "out of order"], [OVERLAP, "overlaps another of its key"]];

export function AttemptsTable({ run, attempts, isShort = false }) {
  if (attempts.length === 0) return html`<p class="muted">No function has had it.</p>`;
  const rows = attempts.map((id) => ({ id, ...run.store.tables.attempts.row(id) })).sort((a, b) => a.start - b.start);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Attempts"><table>
    <thead><tr><th>#</th><th>started</th><th class="number">took</th><th>outcome</th>
      ${!isShort && html`<th>batch</th><th>environment</th><th>request</th><th>trace</th>`}</tr></thead>
    <tbody>${rows.map((row, at) => html`<${Row} key=${row.id} run=${run} row=${row} at=${at} isShort=${isShort} />`)}</tbody>
  </table></div>
  ${isShort && rows.map((row, at) => row.error ? html`<p key=${row.id} class="error">${at + 1}: ${run.store.text(row.error)}</p>` : null)}`;
}

function Row({ run, row, at, isShort }) {
  const { store } = run;
  const marks = run.lanes.marks.get(row.id) ?? 0;
  const error = store.text(row.error);
  return html`<tr><td>${at + 1}</td><td>${clock(store.origin, row.start)}</td><td class="number">${duration(row.end - row.start)}</td>
    <td><${Outcome} outcome=${row.outcome} words=${OUTCOMES} />
      ${MARKS.filter(([mark]) => marks & mark).map(([, word]) => html` <span class="badge attention">${word}</span>`)}
      ${error && !isShort && html`<div class="error">${error}</div>`}</td>
    ${!isShort && html`<${Invocation} run=${run} row=${row} />`}</tr>`;
}

function Invocation({ run, row }) {
  const { store } = run;
  const it = row.invocation === null ? null : store.tables.invocations.row(row.invocation);
  const trace = store.text(row.trace);
  const of = store.mappings[it?.mapping]?.function ?? "";
  return html`<td>${it ? batch(it) : "unknown"}${it && it.error ? html`<div class="error">${store.text(it.error)}</div>` : ""}</td>
    <td>${!it || it.environment === null ? "unknown" : `${of}/${it.environment}`}</td>
    <td class="code">${it ? store.text(it.request) : "unknown"}</td>
    <td>${trace ? html`<a href=${link("trace", trace)}>${trace.slice(0, 8)}…</a> ${RELATIONS[row.relation]}` : RELATIONS[0]}</td>`;
}

function batch({ size, cause, attempt, outcome }) {
  const again = attempt > 0 ? `, attempt ${attempt + 1}` : "";
  return `${count(size, "record")}, ${CAUSES[cause]}${again}: ${INVOCATION_OUTCOMES[outcome]}`;
}
