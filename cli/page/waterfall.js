// The spans of a trace, one below the other, against time.
import { html } from "kinetrace/html";
import { link } from "kinetrace/route";
import { duration } from "kinetrace/time";
import { scale } from "kinetrace/waterfall-scale";

const ERROR = 2;

/**
 * `parts` are traces, `{id, relation, rows}` with the spans and their depths: the one that is shown, and those that it is linked
 * with. `choose(span)` is called with the id of the chosen one; `incoming` are spans that other traces link to.
 */
export function Waterfall({ parts, colours, chosen, choose, incoming }) {
  const rows = parts.flatMap((it) => it.rows);
  const { at, pauses } = scale(rows);
  const pressed = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const place = rows.findIndex((it) => it.span === chosen);
    const next = rows[Math.min(Math.max(place + by, 0), rows.length - 1)];
    choose(next.span);
    event.currentTarget.querySelector(`[data-span="${CSS.escape(next.span)}"]`)?.focus();
  };
  return html`<div class="waterfall" onKeyDown=${pressed}>
    <div class="pauses" aria-hidden="true"><div class="over-bars">${pauses.map((it) => html`<span class="pause" style=${span(it.from, it.to)}>
      <small>${duration(it.micros)}, not to scale</small></span>`)}</div></div>
    ${parts.map(({ id, relation, rows: of }) => html`<div key=${id} class="part">
      ${relation && html`<h3>${relation} <a class="code" href=${link("trace", id)}>${id}</a></h3>`}
      <ol aria-label=${relation ? `Linked trace ${id}` : "Spans"}>${of.map((row) => html`<li key=${row.span}><${Row} row=${row} at=${at}
        colour=${colours.get(row.service)} isChosen=${row.span === chosen} choose=${choose} isLinkedTo=${incoming.has(row.span)} /></li>`)}</ol>
    </div>`)}
  </div>`;
}

function Sign({ sign, meaning }) {
  return html`<span class=${sign.startsWith("✕") ? "danger" : "muted"}><span aria-hidden="true">${sign}</span><span class="hidden">${meaning}</span></span>`;
}

function span(from, to) {
  return { left: `${from * 100}%`, width: `${(to - from) * 100}%` };
}

function Row({ row, at, colour, isChosen, choose, isLinkedTo }) {
  const [from, to] = [at(row.start), at(row.end)];
  const isError = row.status === ERROR;
  return html`<button class="span" data-span=${row.span} aria-pressed=${isChosen} onClick=${() => choose(row.span)}>
    <span class="name" style=${{ paddingLeft: `${Math.min(row.depth, 12) * 16}px` }}>${isError && html`<${Sign} sign="✕ " meaning="error: " />`}${row.name}
      ${row.links?.length > 0 && html`<${Sign} sign=" ↗" meaning=", links to another trace" />`}
      ${isLinkedTo && html`<${Sign} sign=" ↙" meaning=", another trace links to it" />`}</span>
    <span class="service"><i style=${{ background: colour }}></i>${row.service}</span>
    <span class="took">${duration(row.end - row.start)}</span>
    <span class="track"><span class=${isError ? "bar failed" : "bar"} style=${{ ...span(from, to), "--bar": colour }}></span>
      ${(row.events ?? []).map((it) => html`<span class="event" style=${{ left: `${at(it.at) * 100}%` }} title=${it.name}></span>`)}</span>
  </button>`;
}
