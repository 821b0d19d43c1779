// Above the lanes: which key to follow, and how much time to see.
import { useState } from "preact-hooks";
import { html } from "kinetrace/html";
import { duration } from "kinetrace/time";

const MOST = 200;

export function LanesSearch({ run, chosen, choose, lanes, redraw }) {
  const [typed, setTyped] = useState(null);
  const keys = typed === null ? [] : matching(run, typed);
  const isKnown = (key) => run.relations.recordsOfKey.has(run.store.textId(key));
  const take = (key) => {
    setTyped(null);
    choose(key);
  };
  const submit = (event) => {
    event.preventDefault();
    if (typed !== null) take(isKnown(typed) ? typed : (keys[0] ?? typed));
  };
  const zoom = (factor) => () => lanes.current.zoom(factor);
  const follow = () => {
    lanes.current.isFollowing = !lanes.current.isFollowing;
    lanes.current.changed();
    redraw();
  };
  const window = lanes.current?.window;
  return html`<div class="toolbar">
    <form role="search" onSubmit=${submit}>
      <label for="key">Follow key</label>
      <input id="key" type="search" list="keys" autocomplete="off" spellcheck=${false} placeholder="any key"
        value=${typed ?? chosen} onInput=${(event) => {
          setTyped(event.target.value);
          if (isKnown(event.target.value)) take(event.target.value);
        }} onBlur=${() => setTyped(null)} />
      <datalist id="keys">${keys.map((key) => html`<option key=${key} value=${key}></option>`)}</datalist>
      ${chosen && html`<button type="button" onClick=${() => take("")}>Show all keys</button>`}
      ${chosen && !isKnown(chosen) && html`<span class="warning">No record has this key.</span>`}
    </form>
    <div class="spring"></div>
    ${window && html`<span class="muted">${duration(window.to - window.from)} in sight</span>`}
    ${run.isLive && html`<button aria-pressed=${Boolean(lanes.current?.isFollowing)} onClick=${follow}>Follow live</button>`}
    <div class="group" role="group" aria-label="Zoom">
      <button onClick=${zoom(1.6)} aria-label="Zoom out">−</button>
      <button onClick=${zoom(1 / 1.6)} aria-label="Zoom in">+</button>
      <button onClick=${() => lanes.current.whole()}>Show everything</button>
    </div>
  </div>`;
}

function matching(run, typed) {
  const words = typed.toLowerCase();
  const found = [];
  for (const id of run.relations.recordsOfKey.keys()) {
    const key = run.store.text(id);
    if (key.toLowerCase().includes(words)) found.push(key);
    if (found.length === MOST) break;
  }
  return found.sort();
}
