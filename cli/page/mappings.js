// The event source mappings with their settings, under AWS's names.
import { html } from "kinetrace/html";

export function Mappings({ run }) {
  // Of a history, only the names are known, and those are elsewhere.
  return run.store.mappings.filter((it) => Object.keys(it.settings ?? {}).length > 0).map((it, at) => html`<section class="card" key=${at}>
    <h2>Mapping ${at}: ${it.stream} to ${it.function}</h2>
    ${it.enabled === false && html`<p class="warning">It is not enabled: it does not read, and no record waits for it.</p>`}
    <dl class="settings">${Object.entries(it.settings ?? {}).map(([name, value]) => html`<div key=${name}><dt>${name}</dt>
      <dd class="code">${shown(value)}</dd></div>`)}</dl>
  </section>`);
}

function shown(value) {
  if (Array.isArray(value)) return value.length ? value.map(shown).join(", ") : "none";
  if (value === null || value === "") return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
