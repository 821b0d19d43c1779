// Each function with its environments, and what each of them is doing.
import { Control, useIsControlled } from "kinetrace/controls";
import { html } from "kinetrace/html";
import { shardName } from "kinetrace/text";
import { duration } from "kinetrace/time";

const TONES = { starting: "attention", idle: "muted", busy: "accent", hung: "danger", gone: "muted" };
const SIGNS = { starting: "◔", idle: "○", busy: "●", hung: "✕", gone: "–" };

export function Environments({ run }) {
  const { functions, present } = run.store;
  const of = (at) => (present.environments ?? []).filter((it) => it.function === at);
  return functions.map((it, at) => run.isReport && !it.command && !it.url ? null : html`<section class="card" key=${it.name}>
    <h2>Function ${it.name}</h2>
    <dl class="wide">
      ${it.command && html`<dt>Program</dt><dd class="code">${it.command}</dd>`}
      ${it.url && html`<dt>URL</dt><dd class="code">${it.url}</dd>`}
      ${it.timeout_ms ? html`<dt>Timeout</dt><dd>${duration(it.timeout_ms * 1000)}</dd>` : ""}
    </dl>
    ${!run.isReport && html`<${Table} run=${run} name=${it.name} environments=${of(at)} />`}
  </section>`);
}

function Table({ run, name, environments }) {
  const isControlled = useIsControlled();
  if (environments.length === 0) return html`<p class="muted">It has no environment: the first invocation starts one.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`Environments of ${name}`}><table>
    <thead><tr><th>environment</th><th>state</th><th class="number">for</th><th>shard</th><th>request</th><th class="number">process</th>
      ${isControlled && html`<th>commands</th>`}</tr></thead>
    <tbody>${environments.map((it) => html`<${Row} key=${it.id} run=${run} name=${name} it=${it} isControlled=${isControlled} />`)}</tbody>
  </table></div>`;
}

function Row({ run, name, it, isControlled }) {
  const { store } = run;
  const address = `${name}/${it.id}`;
  const shard = it.shard === null || it.shard === undefined ? "" : store.text(it.shard);
  return html`<tr><th scope="row">${address}</th>
    <td><span class=${`state ${TONES[it.state]}`}><span aria-hidden="true">${SIGNS[it.state]}</span> ${it.state}</span></td>
    <td class="number">${duration(Math.max(store.now - it.since, 0))}</td>
    <td>${shard && shardName(shard)}</td>
    <td class="code">${it.request === null || it.request === undefined ? "" : store.text(it.request)}</td>
    <td class="number">${it.pid ?? ""}</td>
    ${isControlled && html`<td><span class="group">${it.state !== "gone" && html`
      <${Control} words=${`kill ${address}`} label="Kill" what=${address} />
      ${it.state !== "hung" && html`<${Control} words=${`hang ${address}`} label="Hang" what=${address} />`}`}</span></td>`}
  </tr>`;
}
