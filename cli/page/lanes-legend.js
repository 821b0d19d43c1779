// What the marks mean, how many there are, and the way to the next one.
import { useLayoutEffect, useRef } from "preact-hooks";
import { drawBar, drawMark, drawState } from "kinetrace/glyphs";
import { html } from "kinetrace/html";
import { DUPLICATE, FAILED, INVERSION, OVERLAP, RETRY } from "kinetrace/order";
import { DISCARDED, DONE, FILTERED, LOST, WAITING, number } from "kinetrace/text";
import { inks } from "kinetrace/theme";

const SIZE = 18;

const STATES = [
  { state: DONE, name: "processed", meaning: "a record on its shard, in its key's colour: a function has processed it" },
  { state: WAITING, name: "waiting", meaning: "a record that no function has processed yet" },
  { state: LOST, name: "lost", meaning: "the mapping counts it as done, and no processing of it succeeded" },
  { state: DISCARDED, name: "discarded", meaning: "the mapping gave it up, as its settings say" },
  { state: FILTERED, name: "filtered out", meaning: "it does not match the filter criteria, or a handler skipped it" },
];
const BARS = [
  { outcome: 0, name: "attempt", meaning: "from the start to the end of a processing" },
  { mark: FAILED, outcome: 1, name: "failed", meaning: "an attempt that failed" },
  { mark: RETRY, name: "again", meaning: "an attempt after another one of the same record" },
  { mark: DUPLICATE, name: "duplicate", meaning: "a record that succeeded before and is processed again" },
  { mark: INVERSION, name: "out of order", meaning: "processed after a later record of its key" },
  { mark: OVERLAP, name: "overlap", meaning: "at the same time as another record of its key" },
];
const LEADS = new Set([LOST, DISCARDED]);

export function Legend({ run, next, dark }) {
  const counts = tally(run);
  return html`<ul class="legend" aria-label="Marks">
    ${[...STATES, ...BARS].map((it) => html`<${Entry} key=${it.name} ...${it} next=${next} dark=${dark}
      count=${it.mark ? counts.marks[it.mark] : LEADS.has(it.state) ? counts.states[it.state] : null} />`)}
  </ul>`;
}

function Entry({ state, outcome, mark, name, meaning, count, next, dark }) {
  const canvas = useRef();
  useLayoutEffect(() => {
    const ctx = canvas.current.getContext("2d");
    const ink = inks();
    Object.assign(canvas.current, { width: SIZE * 2, height: SIZE * 2 });
    ctx.scale(2, 2);
    if (state !== undefined) drawState(ctx, state, SIZE / 2, SIZE / 2, ink.accent, ink);
    else if (mark !== undefined && mark !== FAILED) drawMark(ctx, mark, SIZE / 2, SIZE / 2, ink);
    else {
      drawBar(ctx, outcome, 1, 6, SIZE - 2, 9, ink.accent);
      if (mark) drawMark(ctx, mark, 5, 7, ink);
    }
  }, [dark]);
  const glyph = html`<canvas ref=${canvas} aria-hidden="true"></canvas>`;
  if (!count) return html`<li title=${meaning}>${glyph}${name}${count === 0 && html` <span class="muted">0</span>`}</li>`;
  return html`<li><button title=${`${meaning}: go to the next one`} onClick=${() => next({ mark, state })}>
    ${glyph}${name} <b>${number(count)}</b></button></li>`;
}

function tally(run) {
  const counts = { marks: { [FAILED]: 0, [RETRY]: 0, [DUPLICATE]: 0, [INVERSION]: 0, [OVERLAP]: 0 }, states: {} };
  for (const marks of run.lanes.marks.values()) {
    for (const mark of Object.keys(counts.marks)) if (marks & mark) counts.marks[mark]++;
  }
  for (const state of LEADS) {
    const lists = [...run.lanes.groups.values()].map((it) => it.notable.get(state));
    counts.states[state] = lists.reduce((sum, it) => sum + stillIn(run, it, state), 0);
  }
  return counts;
}

function stillIn(run, sorted, state) {
  let count = 0;
  for (let at = sorted.start; at < sorted.ids.length; at++) {
    if (run.store.tables.records.get("state", sorted.ids[at]) === state) count++;
  }
  return count;
}
