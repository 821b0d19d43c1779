// What surrounds the lanes: the times above them, and their names at the left.
import { AXIS, GUTTER, scale } from "kinetrace/lanes-layout";
import { shardName } from "kinetrace/text";
import { clock, ticks } from "kinetrace/time";

const FONT = "ui-sans-serif, system-ui, sans-serif";

export function drawAxis(ctx, { window, width, height, ink, origin }) {
  const { x } = scale(window, width);
  ctx.fillStyle = ink.ground;
  ctx.fillRect(0, 0, width, AXIS);
  ctx.font = `11px ${FONT}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "center";
  const { at, digits } = ticks(window.from, window.to, (width - GUTTER) / 110, origin);
  for (const time of at) {
    const place = Math.round(x(time)) + 0.5;
    if (place < GUTTER) continue;
    ctx.fillStyle = ink.border;
    ctx.globalAlpha = 0.6;
    ctx.fillRect(place, AXIS - 5, 1, height - AXIS + 5);
    ctx.globalAlpha = 1;
    ctx.fillStyle = ink.muted;
    if (place > GUTTER + 34 && place < width - 34) ctx.fillText(clock(origin, time, digits), place, 11);
  }
  ctx.textAlign = "left";
  ctx.fillText("UTC", 12, 11);
  ctx.fillStyle = ink.border;
  ctx.fillRect(0, AXIS - 1, width, 1);
}

export function drawNames(ctx, { run, lanes, scroll, height, ink, current }) {
  const { store } = run;
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, AXIS, GUTTER, height - AXIS);
  ctx.clip();
  ctx.fillStyle = ink.ground;
  ctx.fillRect(0, AXIS, GUTTER, height);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const severalStreams = new Set(lanes.map((it) => (it.row.group ?? it.row).stream)).size > 1;
  for (const { row, top, height: tall } of lanes) {
    const y = AXIS + top - scroll + tall / 2;
    if (y < AXIS - tall || y > height + tall) continue;
    ctx.fillStyle = row === current ? ink.accent : row.kind === "shard" ? ink.text : ink.muted;
    ctx.font = row.kind === "shard" ? `600 12px ${FONT}` : `12px ${FONT}`;
    const stream = severalStreams ? `${store.text(row.stream)} ` : "";
    const name = row.kind === "shard" ? `${stream}${shardName(store.text(row.shard))}` : laneName(store, row);
    ctx.fillText(name, row.kind === "shard" ? 12 : 24, y, GUTTER - 30);
  }
  ctx.restore();
  ctx.fillStyle = ink.border;
  ctx.fillRect(GUTTER - 1, AXIS, 1, height - AXIS);
}

/** A batch lane's name: the function that gets its batches, and which of the concurrent ones it is. */
function laneName(store, { mapping, number }) {
  const of = store.mappings[mapping]?.function;
  return `${of ?? "attempts"} · ${number + 1}`;
}
