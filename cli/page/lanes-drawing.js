// Draws the lanes. A lane that has more records than can be told apart is drawn as a density, with its notable marks on top;
// so the work of a frame grows with the pixels, not with the records.
import { drawState } from "kinetrace/glyphs";
import { drawBatch, ring } from "kinetrace/lanes-batch";
import { drawDensity, drawSparse, isDense } from "kinetrace/lanes-density";
import { GUTTER, scale } from "kinetrace/lanes-layout";
import { DISCARDED, LOST } from "kinetrace/text";

const MOST_LINES = 600;
const FADED = 0.13;

/**
 * Draws what is visible and returns where each mark is: `{x, y, width, height, record, attempt}`.
 *
 * `scene` is `{run, window, lanes, width, height, scroll, ink, colour(record), isFaded(record), selected}`.
 */
export function draw(ctx, scene) {
  const hits = [];
  const view = { ...scene, ctx, hits, ...scale(scene.window, scene.width), puts: new Map(), starts: [] };
  ctx.save();
  ctx.clearRect(0, 0, scene.width, scene.height);
  ctx.beginPath();
  ctx.rect(GUTTER, 0, scene.width - GUTTER, scene.height);
  ctx.clip();
  ctx.translate(0, -scene.scroll);
  const visible = scene.lanes.filter((it) => it.top + it.height > scene.scroll && it.top < scene.scroll + scene.height);
  for (const lane of visible) drawGround(view, lane);
  // Shards come first: the lines from puts to attempts need to know where the puts are.
  for (const lane of visible) if (lane.row.kind === "shard") drawShard(view, lane);
  for (const lane of visible) if (lane.row.kind === "batch") drawBatch(view, lane);
  drawLines(view);
  drawNow(view);
  ctx.restore();
  return hits;
}

function drawGround({ ctx, ink, width }, { row, top, height }) {
  if (row.kind === "batch") {
    ctx.fillStyle = ink.lane;
    ctx.fillRect(GUTTER, top + 2, width - GUTTER, height - 4);
  } else {
    ctx.fillStyle = ink.border;
    ctx.fillRect(GUTTER, top + height / 2, width - GUTTER, 1);
  }
}

function drawShard(view, { row, top, height }) {
  const { ctx, window, run } = view;
  const { records } = run.store.tables;
  const y = top + height / 2;
  const [from, to] = [row.records.lower(window.from), row.records.lower(window.to)];
  if (isDense(view, to - from)) {
    drawDensity(view, row.records, top + 6, height - 12, view.ink.accent);
    for (const [state, of] of row.notable) {
      drawSparse(view, of, (x, id) => {
        if (records.get("state", id) === state && !view.isFaded(id)) drawState(ctx, state, x, y, view.colour(id), view.ink);
      });
    }
    drawFollowed(view, row, y);
    return;
  }
  const notable = [];
  for (let at = from; at < to; at++) {
    const id = row.records.ids[at];
    const state = records.get("state", id);
    if (state === LOST || state === DISCARDED) notable.push(at);
    else drawRecord(view, id, view.x(row.records.times[at]), y, state);
  }
  for (const at of notable) drawRecord(view, row.records.ids[at], view.x(row.records.times[at]), y, null);
}

function drawRecord(view, id, x, y, state) {
  const { ctx, run } = view;
  ctx.globalAlpha = view.isFaded(id) ? FADED : 1;
  drawState(ctx, state ?? run.store.tables.records.get("state", id), x, y, view.colour(id), view.ink);
  ctx.globalAlpha = 1;
  if (id === view.selected) ring(view, x, y);
  view.puts.set(id, [x, y]);
  view.hits.push({ x: x - 4, y: y - 4, width: 8, height: 8, record: id, attempt: null });
}

/** The records of the followed key, over the density of the others. */
function drawFollowed(view, row, y) {
  for (const id of view.followed) {
    if (view.run.lanes.group(id) !== row) continue;
    const at = view.run.lanes.putAt(id);
    if (at !== null && at >= view.window.from && at <= view.window.to) drawRecord(view, id, view.x(at), y, null);
  }
}

/** Thin lines from puts to attempts, as long as they can be told apart. */
function drawLines({ ctx, puts, starts, colour, ...view }) {
  if (starts.length > MOST_LINES) return;
  ctx.lineWidth = 1;
  for (const [record, x, y, isFaded] of starts) {
    const put = puts.get(record);
    if (!put || isFaded) continue;
    ctx.globalAlpha = record === view.selected ? 0.9 : 0.35;
    ctx.strokeStyle = colour(record);
    ctx.beginPath();
    ctx.moveTo(put[0], put[1] + 4);
    const bend = Math.min((y - put[1]) / 2, 24);
    ctx.bezierCurveTo(put[0], put[1] + bend, x, y - bend, x, y);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

function drawNow({ ctx, run, x, ink, scroll, height, isLive }) {
  if (!isLive) return;
  ctx.strokeStyle = ink.accent;
  ctx.lineWidth = 1;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x(run.store.now), scroll);
  ctx.lineTo(x(run.store.now), scroll + height);
  ctx.stroke();
  ctx.setLineDash([]);
}
