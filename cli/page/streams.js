// Each stream: its shards on the space of hash keys, and what waits in them.
import { Control, useIsControlled } from "kinetrace/controls";
import { HashSpace, bound, isOpen, presentOf } from "kinetrace/hash-space";
import { html } from "kinetrace/html";
import { number, shardName } from "kinetrace/text";
import { duration } from "kinetrace/time";

const THROTTLE_SECONDS = 10;

export function Streams({ run }) {
  return run.store.streams.map((stream) => html`<section class="card" key=${stream.name}>
    <h2>Stream ${stream.name}</h2>
    <${HashSpace} run=${run} stream=${stream} />
    <${Shards} run=${run} stream=${stream} />
  </section>`);
}

function Shards({ run, stream }) {
  const isControlled = useIsControlled();
  const { store } = run;
  const present = (shard) => presentOf(store, stream, shard);
  const open = stream.shards.filter((it) => isOpen(it, present(it)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`Shards of ${stream.name}`}><table>
    <thead><tr><th>shard</th><th>from</th><th>to</th><th>comes from</th><th class="number">waiting</th><th class="number">in flight</th>
      <th class="number">age</th><th>state</th>${isControlled && html`<th>commands</th>`}</tr></thead>
    <tbody>${stream.shards.map((shard) => html`<${Row} key=${shard.shard} run=${run} stream=${stream} shard=${shard} now=${present(shard)}
      neighbour=${neighbour(shard, open)} isControlled=${isControlled} />`)}</tbody></table></div>`;
}

/** The open shard whose range begins where this one's ends: the two can be merged. */
function neighbour(shard, open) {
  if (!/^\d+$/.test(shard.last ?? "")) return null;
  const next = String(BigInt(shard.last) + 1n);
  return open.find((it) => it.first === next) ?? null;
}

function Row({ run, stream, shard, now, neighbour: next, isControlled }) {
  const { store } = run;
  const full = store.text(shard.shard);
  const name = shardName(full);
  const address = `${stream.name}/${full}`;
  const open = isOpen(shard, now);
  const throttled = now?.throttled_for_ms > 0 ? `throttled for ${duration(now.throttled_for_ms * 1000)}` : "";
  return html`<tr><th scope="row">${name}</th>
    <td title=${shard.first}>${bound(shard.first ?? "")}</td><td title=${shard.last}>${bound(shard.last ?? "")}</td>
    <td>${(shard.parents ?? []).map((it) => shardName(store.text(it))).join(", ")}</td>
    <td class="number">${now ? number(now.waiting) : "–"}</td><td class="number">${now ? number(now.in_flight) : "–"}</td>
    <td class="number">${now ? duration(now.age_ms * 1000) : "–"}</td>
    <td>${throttled ? html`<span class="warning">${throttled}</span>` : open ? "open" : html`<span class="muted">closed</span>`}</td>
    ${isControlled && html`<td><span class="group">${open && html`
      <${Control} words=${`throttle ${address} ${THROTTLE_SECONDS}`} label=${`Throttle ${THROTTLE_SECONDS} s`} what=${name} />
      <${Control} words=${`split ${address}`} label="Split" what=${name} />
      ${next && html`<${Control} words=${`merge ${address} ${stream.name}/${store.text(next.shard)}`}
        label=${`Merge with ${shardName(store.text(next.shard)).replace("shard ", "")}`} what=${name} />`}`}</span></td>`}
  </tr>`;
}
