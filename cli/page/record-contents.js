// What a record holds: its bytes in the stream, the trace context in them, the payload, and what the handler got.
import { hexRows, pretty } from "kinetrace/bytes";
import { html } from "kinetrace/html";
import { bytes } from "kinetrace/source";
import { count } from "kinetrace/text";

const MOST_ROWS = 256;

export function RecordContents({ run, value, error }) {
  if (error) return html`<section class="card"><h2>Contents</h2><p class="error">The run does not answer: ${error}</p></section>`;
  if (value === undefined) return html`<section class="card"><h2>Contents</h2><p class="muted">Asking for them…</p></section>`;
  if (value === null) return html`<section class="card"><h2>Contents</h2><p class="empty">${whyNone(run)}</p></section>`;
  const data = value.data_base64 ? bytes(value.data_base64) : null;
  const got = value.handler_got_base64 ? bytes(value.handler_got_base64) : null;
  const payload = value.payload_base64 ? bytes(value.payload_base64) : null;
  const context = Object.entries(value.context ?? {});
  return html`
    <section class="card"><h2>Trace context</h2>
      ${context.length === 0 ? html`<p class="muted">It carries none.</p>` : html`<dl class="wide">
        ${context.map(([field, it]) => html`<dt class="code">${field}</dt><dd class="code">${it}</dd>`)}</dl>`}
      ${value.hint && html`<p class="warning">${value.hint}</p>`}
      ${value.format && html`<p class="muted">Format: ${value.format}</p>`}</section>
    <section class="card"><h2>Payload</h2><${Text} what=${value.what} text=${value.payload_text} bytes=${payload} /></section>
    <section class="card"><h2>What the handler got</h2>${got === null
      ? html`<p class="muted">Not known.</p>`
      : payload && same(got, payload) ? html`<p>The payload, byte for byte.</p>` : html`<${Text} text=${decoded(got)} bytes=${got} />`}</section>
    <section class="card"><h2>Bytes in the stream</h2>${data ? html`<${Hex} bytes=${data} />` : html`<p class="muted">Not known.</p>`}</section>`;
}

function whyNone(run) {
  return run.isReport && Object.keys(run.store.details.records ?? {}).length > 0
    ? "The report has the contents of some records only, so that the file stays small. This is not one of them."
    : "A history has no payloads. They are shown while a run is live.";
}

function Text({ what, text, bytes: raw }) {
  if (text === null || text === undefined) return raw ? html`<${Hex} bytes=${raw} />` : html`<p class="muted">Not known.</p>`;
  const isJson = what === "json" || (what === undefined && /^\s*[{[]/.test(text));
  return html`<pre tabindex="0" aria-label=${isJson ? "JSON" : "Text"} role="region">${isJson ? pretty(text) : text}</pre>`;
}

function Hex({ bytes: all }) {
  const rows = hexRows(all, MOST_ROWS);
  const rest = all.length - rows.length * 16;
  return html`<p class="muted">${count(all.length, "byte")}</p>
    <pre class="hex" tabindex="0" role="region" aria-label="Bytes in hexadecimal, and as text">${rows.map((row) => html`<${Row} ...${row} />`)}</pre>
    ${rest > 0 && html`<p class="muted">${count(rest, "byte")} more.</p>`}`;
}

function Row({ offset, hex, text }) {
  return html`<span class="muted">${offset}</span>  ${hex}  ${text}${"\n"}`;
}

function decoded(array) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(array);
  } catch {
    return null;
  }
}

function same(a, b) {
  return a.length === b.length && a.every((it, at) => it === b[at]);
}
