// The view of the checker's verdict: each property, how much was checked, and which records violate it.
import { html } from "kinetrace/html";
import { link } from "kinetrace/route";
import { number } from "kinetrace/text";

const CONCLUSIONS = {
  holds: ["success", "Order kept, nothing lost", "Every property holds, for every record of a complete history."],
  violated: ["danger", "Violated", "A property does not hold. The records that show it are named below."],
  incomplete: ["attention", "Incomplete", "Nothing is violated, but something is missing from the history, so that not everything could be checked."],
  "so far": ["accent", "Nothing wrong so far", "Every property holds for what has happened until now. The run goes on."],
};

export function Verdict({ run }) {
  const { verdict, omitted } = run.store;
  if (!verdict) {
    return html`<div class="stack"><h1>Verdict</h1><p class="empty">The checker has not spoken yet. It judges while the run goes on, and
      once more when it ends.</p><${Omitted} omitted=${omitted} /></div>`;
  }
  const violated = verdict.properties.filter((it) => it.violations > 0);
  const isViolated = violated.length > 0 && verdict.conclusion === "so far";
  const [tone, title, meaning] = CONCLUSIONS[isViolated ? "violated" : verdict.conclusion] ?? ["muted", verdict.conclusion, ""];
  return html`<div class="stack">
    <header class=${`conclusion ${tone}`}><h1>${title}</h1><p>${meaning}</p></header>
    <section class="card"><h2>Properties</h2><div class="scroll" tabindex="0" role="region" aria-label="Properties"><table>
      <thead><tr><th>property</th><th>meaning</th><th class="number">checked</th><th class="number">violations</th><th>verdict</th></tr></thead>
      <tbody>${verdict.properties.map((it) => html`<tr key=${it.name}>
        <th scope="row">${it.violations ? html`<a href="#verdict" onClick=${(event) => reach(event, it.name)}>${it.name}</a>` : it.name}</th>
        <td>${it.meaning}</td><td class="number">${number(it.checked)}</td><td class="number">${number(it.violations)}</td>
        <td>${judged(it)}</td></tr>`)}</tbody>
    </table></div></section>
    ${violated.map((it) => html`<${Violations} key=${it.name} run=${run} property=${it} />`)}
    ${verdict.notes?.length > 0 && html`<section class="card"><h2>Notes</h2><ul>${verdict.notes.map((it) => html`<li>${it}</li>`)}</ul></section>`}
    <${Omitted} omitted=${omitted} />
  </div>`;
}

function judged({ checked, violations }) {
  if (violations > 0) return html`<span class="state danger"><span aria-hidden="true">✕</span> violated</span>`;
  if (checked === 0) return html`<span class="state muted"><span aria-hidden="true">–</span> nothing to check</span>`;
  return html`<span class="state success"><span aria-hidden="true">✓</span> holds</span>`;
}

function reach(event, name) {
  event.preventDefault();
  const section = document.getElementById(anchor(name));
  section?.scrollIntoView({ block: "start" });
  section?.focus();
}

function anchor(name) {
  return `violations-${name.replaceAll(" ", "-")}`;
}

function Violations({ run, property: { name, violations, examples } }) {
  return html`<section class="card" id=${anchor(name)} tabindex="-1">
    <h2>${name}: ${number(violations)} ${violations === 1 ? "violation" : "violations"}</h2>
    <ol class="violations">${examples.map((it) => html`<li><p>${it.text}</p>
      <p class="actions">${it.records.map((id) => html`<${Leads} key=${id} run=${run} id=${id} />`)}</p></li>`)}</ol>
    ${examples.length < violations && html`<p class="muted">${examples.length === 0 ? "None" : `The first ${examples.length}`} of
      ${" "}${number(violations)} named.</p>`}
  </section>`;
}

function Leads({ run, id }) {
  const row = run.store.tables.records.row(id);
  if (!row) return html`<span class="muted">a record that the page no longer has</span>`;
  const key = run.store.text(row.key);
  return html`<span class="leads"><a href=${link("record", id)}>Record of ${key}</a>
    <a href=${link("lanes", "", { key, record: id })} aria-label=${`Record of ${key} in the lanes`}>in the lanes</a></span>`;
}

function Omitted({ omitted }) {
  if (!omitted?.length) return null;
  return html`<section class="card"><h2>Left out of this report</h2><ul>${omitted.map((it) => html`<li>${it}</li>`)}</ul></section>`;
}
