// The view of the lanes: the canvas with what belongs around it.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact-hooks";
import { html } from "kinetrace/html";
import { LanesCanvas } from "kinetrace/lanes-canvas";
import { nextNotable, step } from "kinetrace/lanes-cursor";
import { command, listen } from "kinetrace/lanes-input";
import { Legend } from "kinetrace/lanes-legend";
import { Overview } from "kinetrace/lanes-overview";
import { LanesPanel } from "kinetrace/lanes-panel";
import { LanesSearch } from "kinetrace/lanes-search";
import { LanesTip } from "kinetrace/lanes-tip";
import { replace } from "kinetrace/route";
import { STATES, shardName } from "kinetrace/text";
import { useDark } from "kinetrace/theme";

const HELP = "Left and right arrows move in time, plus and minus zoom, 0 shows everything. Shift with arrows moves from record "
  + "to record and from lane to lane; Enter follows the record's key, Escape lets go. Details are next to the lanes.";

const REST_MS = 500;

export function Lanes({ run, route }) {
  const [canvas, scroller, spacer, lanes] = [useRef(), useRef(), useRef(), useRef()];
  const [, redraw] = useState(0);
  const [hovered, acts] = [useRef(() => {}), useRef({})];
  const dark = useDark();
  const { store } = run;
  const key = route.query.key ?? "";
  const record = route.query.record === undefined ? null : Number(route.query.record);
  const keyId = key === "" ? null : store.textId(key);

  // The stretch of time is part of the address, so that a link shows the same; written when it rests.
  const moved = useRef(null);
  const address = (query) => ({ key, record, ...stretch(lanes.current), ...query });
  const show = (query) => replace("lanes", "", address(query));
  const rest = useRef();
  moved.current = () => {
    redraw((it) => it + 1);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => acts.current.show({}), REST_MS);
  };

  useLayoutEffect(() => {
    const it = new LanesCanvas({ canvas: canvas.current, scroller: scroller.current, spacer: spacer.current, run,
      moved: () => moved.current() });
    lanes.current = it;
    if (route.query.from) it.window = { from: Number(route.query.from), to: Number(route.query.to) };
    it.isFollowing = run.isLive && !route.query.from && record === null;
    if (it.isFollowing) it.window = { from: store.now - 20_000_000, to: store.now + 800_000 };
    redraw((count) => count + 1);
    listen(it, { choose: (id) => acts.current.choose(id), hover: (...at) => hovered.current(...at) });
    return () => {
      clearTimeout(rest.current);
      it.close();
    };
  }, []);
  useLayoutEffect(() => {
    const { from, to } = stretch(lanes.current);
    if (route.query.from && (Number(route.query.from) !== from || Number(route.query.to) !== to)) {
      lanes.current.isFollowing = false;
      lanes.current.set({ from: Number(route.query.from), to: Number(route.query.to) });
    }
  }, [route.query.from, route.query.to]);
  useLayoutEffect(() => lanes.current.themed(), [dark]);
  useLayoutEffect(() => {
    Object.assign(lanes.current, { key: keyId, selected: record });
    lanes.current.ask();
  });
  useLayoutEffect(() => lanes.current.changed(), [run.version, run.isLive]);
  useEffect(() => {
    if (record !== null && store.tables.records.has(record)) reveal(run, lanes.current, record);
  }, [record]);

  const choose = (id) => {
    if (id === null) return show({ key: "", record: null });
    show({ record: id, key: store.text(store.tables.records.get("key", id)) });
  };
  const cursor = (along, across) => {
    const { lanes: placed, window } = lanes.current;
    const next = step(run, { rows: placed.map((it) => it.row), window }, record, along, across);
    if (next !== null) show({ record: next });
  };
  const follow = () => record !== null && choose(record);
  const next = (of) => {
    const found = nextNotable(run, run.lanes.rows, of, record);
    if (!found) return;
    lanes.current.show(found.at, found.row);
    show({ record: found.record, key: "" });
  };
  const pressed = (event) => {
    const does = command(event, lanes.current, { step: cursor, follow, clear: () => choose(null) });
    if (!does) return;
    event.preventDefault();
    does();
  };
  // Neither depends on the stretch of time, which changes with each turn of the wheel.
  acts.current = { show, choose, next };
  const panel = useMemo(() => html`<${LanesPanel} run=${run} record=${record} keyId=${keyId} keyText=${key}
    show=${(it) => acts.current.show(it)} choose=${(it) => acts.current.choose(it)} />`, [run.version, record, key]);
  const legend = useMemo(() => html`<${Legend} run=${run} next=${(it) => acts.current.next(it)} dark=${dark} />`, [run.version, dark]);
  const isEmpty = run.lanes.rows.length === 0;

  return html`<div class="lanes-view">
    <h1 class="hidden">Lanes</h1>
    <${LanesSearch} run=${run} chosen=${key} choose=${(it) => show({ key: it, record: null })} lanes=${lanes} redraw=${() => redraw((it) => it + 1)} />
    <${Overview} run=${run} lanes=${lanes} dark=${dark} version=${run.version} />
    <div class="lanes-body">
      <div class="lanes-scroller" ref=${scroller} tabindex="-1">
        <canvas ref=${canvas} tabindex="0" role="application" aria-label="Lanes of records" aria-describedby="lanes-help"
          onKeyDown=${pressed}></canvas>
        <div ref=${spacer}></div>
        ${isEmpty && html`<p class="empty over">No records yet. Put some into the stream, with <code>--input FILE</code> or with a
          producer that has <code>AWS_ENDPOINT_URL_KINESIS</code> set to the address that the command printed.</p>`}
        <${LanesTip} run=${run} shown=${hovered} />
      </div>
      ${panel}
    </div>
    <p id="lanes-help" class="hidden">${HELP}</p>
    <p class="hidden" role="status">${record !== null ? spoken(run, record) : ""}</p>
    ${legend}
  </div>`;
}

function spoken(run, id) {
  const row = run.store.tables.records.row(id);
  return row ? `Record of key ${run.store.text(row.key)} on ${shardName(run.store.text(row.shard))}, ${STATES[row.state]}` : "";
}

function stretch(lanes) {
  if (!lanes?.window || lanes.isFollowing || lanes.isWhole) return { from: null, to: null };
  return { from: Math.round(lanes.window.from), to: Math.round(lanes.window.to) };
}

function reveal(run, lanes, record) {
  const at = run.lanes.putAt(record);
  const isSeen = lanes.window && at >= lanes.window.from && at <= lanes.window.to;
  if (at !== null && !isSeen) lanes.show(at, run.lanes.group(record));
}
