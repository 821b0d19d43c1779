// One span of a trace: attributes, events, links, resource.
import { html } from "kinetrace/html";
import { link } from "kinetrace/route";
import { KINDS, STATUSES } from "kinetrace/text";
import { clock, duration } from "kinetrace/time";

export function SpanDetails({ run, span, linkedFrom, isDetailed }) {
  const { origin } = run.store;
  return html`<section class="card" aria-label="Chosen span">
    <h2>${span.name}</h2>
    <dl class="wide">
      <dt>Service</dt><dd>${span.service}</dd>
      <dt>Kind</dt><dd>${KINDS[span.kind] ?? "unspecified"}</dd>
      <dt>Status</dt><dd class=${span.status === 2 ? "danger" : ""}>${STATUSES[span.status] ?? "unset"}${span.message ? `: ${span.message}` : ""}</dd>
      <dt>Started</dt><dd>${clock(origin, span.start, 6)} UTC, took ${duration(span.end - span.start)}</dd>
      <dt>Span id</dt><dd class="code">${span.span}</dd>
      ${span.parent && html`<dt>Parent</dt><dd class="code">${span.parent}${span.isOrphan ? html` <span class="warning">has not arrived</span>` : ""}</dd>`}
      ${Number.isInteger(span.record) && html`<dt>Record</dt><dd><a href=${link("record", span.record)}>${keyOf(run, span.record)}</a></dd>`}
    </dl>
    <${Links} title="Links to" of=${span.links ?? []} />
    <${Links} title="Linked from" of=${linkedFrom} />
    <${Attributes} title="Attributes" of=${span.attributes} />
    ${span.events?.length > 0 && html`<h3>Events</h3><ol class="events">${span.events.map((it) => html`<li><b>${it.name}</b>
      <span class="muted"> after ${duration(it.at - span.start)}</span><${Attributes} of=${it.attributes} /></li>`)}</ol>`}
    <${Attributes} title="Resource" of=${span.resource} />
    ${!isDetailed && html`<p class="muted">Attributes and events of this trace are not in the report, so that the file stays small.</p>`}
  </section>`;
}

function keyOf(run, record) {
  const row = run.store.tables.records.row(record);
  return row ? run.store.text(row.key) : `record ${record}`;
}

function Links({ title, of }) {
  if (of.length === 0) return null;
  return html`<h3>${title}</h3><ul class="links">${of.map((it) => html`<li key=${`${it.trace} ${it.span}`}>
    <a class="code" href=${link("trace", it.trace, { span: it.span })}>${it.trace}</a>
    ${it.attributes && Object.keys(it.attributes).length > 0 && html`<${Attributes} of=${it.attributes} />`}</li>`)}</ul>`;
}

function Attributes({ title, of }) {
  const entries = Object.entries(of ?? {});
  if (entries.length === 0) return null;
  return html`${title && html`<h3>${title}</h3>`}<dl class="attributes">${entries.map(([name, value]) => html`<dt class="code">${name}</dt>
    <dd class="code">${typeof value === "string" ? value : JSON.stringify(value)}</dd>`)}</dl>`;
}
