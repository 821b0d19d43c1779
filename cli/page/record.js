// The view of one record: what it is, what has happened to it, and what it holds.
import { useEffect, useRef } from "preact-hooks";
import { AttemptsTable } from "kinetrace/attempts";
import { useAsked } from "kinetrace/ask";
import { Command } from "kinetrace/command";
import { html } from "kinetrace/html";
import { Logs } from "kinetrace/logs";
import { RecordContents } from "kinetrace/record-contents";
import { link, replace } from "kinetrace/route";
import { State } from "kinetrace/state";
import { PUT_OUTCOMES, count, fate, shardName } from "kinetrace/text";
import { clock, date, duration } from "kinetrace/time";

export function Record({ run, route }) {
  const id = Number(route.id);
  const place = useFollowed(run, id);
  const row = route.id === "" ? null : run.store.tables.records.row(id);
  // What the page has it goes on to have: a record that waits without a row keeps no bytes.
  const details = useAsked(async () => (row ? run.record(id) : null), [place]);
  if (!row) return html`<${Missing} run=${run} id=${route.id} />`;
  const { store, relations } = run;
  const attempts = relations.attemptsAt(id);
  const texts = attempts.map((it) => ({ ...store.tables.attempts.row(it), error: store.text(store.tables.attempts.get("error", it)) }));
  const key = store.text(row.key);
  const trace = store.text(row.trace);
  const siblings = relations.recordsWithKey(row.key);
  const rank = siblings.indexOf(id);
  return html`<div class="stack">
    <header class="heading">
      <h1>Record of ${key || "an unknown key"} <${State} state=${row.state} isWord=${true} /></h1>
      <p class="lead">${fate(row.state, texts)}</p>
      <p class="actions">
        <a class="button" href=${link("lanes", "", { key, record: id })}>In the lanes</a>
        ${trace && html`<a class="button" href=${link("trace", trace)}>Trace</a>`}
        ${rank > 0 && html`<a class="button" href=${link("record", siblings[rank - 1])}>Before it, of this key</a>`}
        ${rank < siblings.length - 1 && html`<a class="button" href=${link("record", siblings[rank + 1])}>After it, of this key</a>`}
      </p>
    </header>
    <section class="card"><h2>Place</h2><dl class="wide">
      <dt>Stream</dt><dd>${store.text(row.stream)}</dd>
      <dt>Shard</dt><dd>${shardName(store.text(row.shard))} <span class="muted code">${store.text(row.shard)}</span></dd>
      <dt>Sequence number</dt><dd class="code">${store.text(row.sequence)}</dd>
      ${row.sub !== null && html`<dt>Place in its aggregate</dt><dd>${row.sub}</dd>`}
      <dt>Key</dt><dd class="code">${key}</dd>
      <dt>Put</dt><dd>${put(store, row)}</dd>
      <dt>Trace</dt><dd class="code">${trace ? html`<a href=${link("trace", trace)}>${trace}</a>` : "none"}</dd>
      <dt>Context format</dt><dd>${store.text(row.format) || "unknown"}</dd>
      <dt>Size</dt><dd>${row.bytes === null || (row.bytes === 0 && run.isReport) ? "unknown" : count(row.bytes, "byte")}</dd>
    </dl></section>
    <section class="card"><h2>${attempts.length ? count(attempts.length, "attempt") : "No attempts"}</h2>
      <${AttemptsTable} run=${run} attempts=${attempts} />
      <${Redeliver} run=${run} attempts=${texts} />
    </section>
    <${RecordContents} run=${run} ...${details} />
    <${Logs} run=${run} requests=${requests(run, texts)} traces=${traces(run, trace, texts)} />
  </div>`;
}

/**
 * A record that is tried again and again gets further rows, at the end of the table: who looks at it goes along. Returns its place,
 * which stays, or "" if the page has never had it.
 */
function useFollowed(run, id) {
  const { store } = run;
  const { records } = store.tables;
  // In words: the numbers of texts change.
  const place = (id) => {
    const { stream, shard, sequence, sub } = records.row(id);
    // A put that was not acknowledged has no place, and a large report leaves numbers out.
    return sequence ? [store.text(stream), store.text(shard), sequence, sub].join(" ") : `row ${id}`;
  };
  const seen = useRef({});
  if (records.has(id)) seen.current = { id, place: place(id) };
  const isGone = seen.current.id === id && !records.has(id);
  useEffect(() => {
    if (!isGone) return;
    // All rows once, and then those that are new: it may wait without a row for long, and each change renders.
    const first = Math.max(seen.current.looked ?? 0, records.oldest);
    for (let other = records.end - 1; other >= first; other--) {
      if (place(other) === seen.current.place) return replace("record", other);
    }
    seen.current.looked = records.end;
  });
  return seen.current.id === id ? seen.current.place : "";
}

function put(store, row) {
  if (row.put === null && row.acknowledged === null) return "unknown: no line of its producer is in the history";
  const at = row.put ?? row.acknowledged;
  const took = row.acknowledged === null || row.put === null ? "" : ` after ${duration(row.acknowledged - row.put)}`;
  return `${date(store.origin, at)} ${clock(store.origin, at, 6)} UTC, ${PUT_OUTCOMES[row.put_outcome] ?? "unknown"}${took}`;
}

function requests(run, attempts) {
  const { invocations } = run.store.tables;
  const of = attempts.filter((it) => it.invocation !== null && invocations.has(it.invocation));
  return [...new Set(of.map((it) => run.store.text(invocations.get("request", it.invocation))))].filter(Boolean);
}

function traces({ store }, trace, attempts) {
  return [...new Set([trace, ...attempts.map((it) => store.text(it.trace))])].filter(Boolean);
}

function Redeliver({ run, attempts }) {
  const last = attempts.findLast((it) => it.invocation !== null && run.store.tables.invocations.has(it.invocation));
  if (!run.isLive || !last) return null;
  const { mapping, number } = run.store.tables.invocations.row(last.invocation);
  if (number === null) return null;
  return html`<${Command} run=${run} words=${`redeliver ${mapping}/${number}`} label="Deliver its last batch again" />`;
}

function Missing({ run, id }) {
  const { records } = run.store.tables;
  return html`<div class="stack"><h1>Record ${id}</h1>
    <p class="empty">${id === "" ? "Choose a record in the " : "The page does not have this record. It keeps the latest ones: choose one in the "}
      <a href="#lanes">lanes</a>${records.length ? html`, or see the <a href=${link("record", records.end - 1)}>latest one</a>` : ""}.</p></div>`;
}
