// The view of the present: streams, mappings, environments, rates and failures.
import { CommandLine, Controls } from "kinetrace/controls";
import { Environments } from "kinetrace/environments";
import { html } from "kinetrace/html";
import { Mappings } from "kinetrace/mappings";
import { Series } from "kinetrace/series";
import { Streams } from "kinetrace/streams";
import { number } from "kinetrace/text";
import { clock, duration } from "kinetrace/time";

const TOTALS = [
  ["put", "put"], ["processed", "processed"], ["failed", "failed attempts"], ["again", "came again"], ["discarded", "discarded"],
  ["lost", "lost"], ["invocations", "invocations"],
];
const BAD = new Set(["lost", "discarded"]);

export function Now({ run }) {
  const { store } = run;
  return html`<${Controls} isLive=${run.isLive}><div class="stack wide">
    <h1 class="hidden">${run.isReport ? "The run" : "Now"}</h1>
    <${Totals} run=${run} />
    <${Charts} run=${run} />
    <${CommandLine} />
    ${store.streams.length === 0 && html`<section class="card"><h2>Streams</h2><p class="empty">No stream is known yet. In a report, the
      streams are those of its history.</p></section>`}
    <${Streams} run=${run} />
    <${Environments} run=${run} />
    <${Mappings} run=${run} />
    <${Failures} run=${run} />
  </div><//>`;
}

function Totals({ run }) {
  const { totals = {}, collector } = run.store.present;
  const tone = (name) => (BAD.has(name) && totals[name] > 0 ? "danger" : "");
  const sent = collector ? [["spans", collector.spans], ...(collector.dropped ? [["spans and logs dropped", collector.dropped]] : [])] : [];
  return html`<dl class="totals">
    ${TOTALS.map(([name, label]) => html`<div key=${name}><dt>${label}</dt><dd class=${tone(name)}>${number(totals[name])}</dd></div>`)}
    ${sent.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${number(value)}</dd></div>`)}
  </dl>
  ${collector?.hangs_for_ms > 0 && html`<p class="warning" role="status">The collector hangs for ${duration(collector.hangs_for_ms * 1000)} more.</p>`}`;
}

function Charts({ run }) {
  const { present: { series }, origin } = run.store;
  if (!series?.at?.length) return html`<section class="card"><p class="empty">Nothing has been put or processed yet.</p></section>`;
  // What functions do is known a little later than what is put: of the last two seconds, only a part is there.
  const known = run.isReport ? Infinity : -2;
  const [at, put, processed, failed, age] = ["at", "put", "processed", "failed", "age_ms"].map((it) => (series[it] ?? []).slice(0, known));
  const rates = [
    { name: "put", values: put, ink: "producer" },
    { name: "processed", values: processed, ink: "consumer", dash: [6, 3] },
    { name: "failed", values: failed, ink: "danger", dash: [2, 3] },
  ];
  const last = (values) => number(Math.round(values?.at(-1) ?? 0));
  return html`<div class="charts">
    <section class="card"><${Series} title="Records a second" at=${at} lines=${rates} unit=${(it) => number(it)} origin=${origin}
      summary=${`Lately ${last(put)} put, ${last(processed)} processed and ${last(failed)} failed a second`} /></section>
    <section class="card"><${Series} title="Iterator age" at=${at} origin=${origin} unit=${(it) => duration(it * 1000)}
      lines=${[{ name: "the oldest record that waits", values: age, ink: "accent" }]}
      summary=${`Lately ${duration((age.at(-1) ?? 0) * 1000)}`} /></section>
  </div>`;
}

function Failures({ run }) {
  const { present: { failures = [] }, origin } = run.store;
  return html`<section class="card"><h2>Failures</h2>
    ${failures.length === 0 ? html`<p class="muted">None.</p>` : html`<ol class="failures" tabindex="0" aria-label="The latest failures">
      ${failures.toReversed().map((it) => html`<li key=${`${it.at} ${it.text}`}><time>${clock(origin, it.at)}</time> ${it.text}</li>`)}</ol>`}
  </section>`;
}
