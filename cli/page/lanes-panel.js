// Next to the lanes: the record or the key that was chosen, as text and tables.
import { AttemptsTable } from "kinetrace/attempts";
import { html } from "kinetrace/html";
import { link } from "kinetrace/route";
import { State } from "kinetrace/state";
import { count, fate, shardName } from "kinetrace/text";
import { clock } from "kinetrace/time";

const MOST = 200;

export function LanesPanel({ run, record, keyId, keyText, show, choose }) {
  const row = record === null ? null : run.store.tables.records.row(record);
  return html`<aside class="lanes-panel" aria-label="Chosen in the lanes" tabindex="0">
    ${record !== null && !row && html`<p class="empty">This record has been forgotten: the page keeps the latest ones.</p>`}
    ${row && html`<${Chosen} run=${run} id=${record} row=${row} keyText=${keyText} show=${show} choose=${choose} />`}
    ${keyId !== null && html`<${KeyRecords} run=${run} keyId=${keyId} keyText=${keyText} chosen=${record} show=${show} />`}
    ${record === null && keyId === null && html`<${Hint} run=${run} />`}
  </aside>`;
}

function Chosen({ run, id, row, keyText, show, choose }) {
  const { store, relations } = run;
  const attempts = relations.attemptsAt(id);
  const trace = store.text(row.trace);
  const key = store.text(row.key);
  return html`<section aria-label="Record">
    <h2><${State} state=${row.state} /> ${key}</h2>
    <p>${fate(row.state, attempts.map((it) => wording(store, it)))}</p>
    <dl>
      <dt>Stream</dt><dd>${store.text(row.stream)}, ${shardName(store.text(row.shard))}</dd>
      <dt>Sequence number</dt><dd class="code">${store.text(row.sequence)}${row.sub === null ? "" : ` / ${row.sub}`}</dd>
      <dt>Put</dt><dd>${row.put === null ? "unknown" : clock(store.origin, row.put)}</dd>
    </dl>
    <p class="actions">
      <a class="button" href=${link("record", id)}>Record</a>
      ${trace && html`<a class="button" href=${link("trace", trace)}>Trace</a>`}
      ${keyText === key
        ? html`<button onClick=${() => show({ key: "" })}>Show all keys</button>`
        : html`<button onClick=${() => show({ key })}>Follow its key</button>`}
      <button onClick=${() => choose(null)}>Close</button>
    </p>
    <${AttemptsTable} run=${run} attempts=${attempts} isShort=${true} />
  </section>`;
}

function wording(store, id) {
  const row = store.tables.attempts.row(id);
  return { ...row, error: store.text(row.error) };
}

function KeyRecords({ run, keyId, keyText, chosen, show }) {
  const { store, relations } = run;
  const ids = relations.recordsWithKey(keyId);
  return html`<section aria-label="Records of the key">
    <h2>${count(ids.length, "record")} of ${keyText}</h2>
    <table><thead><tr><th>put</th><th>state</th><th class="number">attempts</th></tr></thead>
      <tbody>${ids.slice(0, MOST).map((id) => html`<tr key=${id} class=${id === chosen ? "chosen" : ""}>
        <td><a href=${link("lanes", "", { key: keyText, record: id })} aria-current=${id === chosen ? "true" : null}
          onClick=${(event) => (event.preventDefault(), show({ record: id }))}>${when(run, id)}</a></td>
        <td><${State} state=${store.tables.records.get("state", id)} isWord=${true} /></td>
        <td class="number">${relations.attemptsAt(id).length}</td></tr>`)}
      </tbody></table>
    ${ids.length > MOST && html`<p class="muted">These are the first ${MOST}.</p>`}
  </section>`;
}

function when(run, id) {
  const at = run.store.tables.records.get("put", id) ?? run.lanes.putAt(id);
  return at === null ? "unknown" : clock(run.store.origin, at);
}

function Hint({ run }) {
  const { records } = run.store.tables;
  return html`<section>
    <h2>${count(records.length, "record")}</h2>
    <p>Each record is a mark on its shard's line when it was put, and a bar in the lane of the batch that processed it. Colours
      are keys.</p>
    <p>Choose a record to follow its key. The marks below the lanes lead to the next failure of their kind.</p>
    <dl class="keys">
      <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>move in time</dd>
      <dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>zoom, everything</dd>
      <dt><kbd>,</kbd> <kbd>.</kbd></dt><dd>record before, record after</dd>
      <dt><kbd>Shift</kbd> <kbd>↑</kbd> <kbd>↓</kbd></dt><dd>other shard</dd>
      <dt><kbd>Enter</kbd> <kbd>Esc</kbd></dt><dd>follow the key, let go</dd>
    </dl>
    <p class="muted">Wheel zooms, dragging moves; dragging along the times zooms into them.</p>
  </section>`;
}
