// The whole run in one strip, with the stretch that the lanes show. For pointers; keys move the lanes themselves.
import { useLayoutEffect, useMemo, useRef } from "preact-hooks";
import { html } from "kinetrace/html";
import { GUTTER } from "kinetrace/lanes-layout";
import * as windows from "kinetrace/lanes-window";
import { INVERSION } from "kinetrace/order";
import { DISCARDED, LOST } from "kinetrace/text";
import { inks } from "kinetrace/theme";

const HEIGHT = 34;

export function Overview({ run, lanes, dark }) {
  const canvas = useRef();
  const counted = useRef({});
  const ink = useMemo(inks, [dark]);
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => draw(canvas.current, run, lanes.current, ink, counted.current));
    return () => cancelAnimationFrame(frame);
  });
  const move = ({ buttons, clientX, target, type }) => {
    if (!(buttons & 1) || !lanes.current?.window) return;
    if (type === "pointerdown") target.setPointerCapture?.(1);
    const box = canvas.current.getBoundingClientRect();
    const all = windows.whole(lanes.current.bounds());
    const at = all.from + ((clientX - box.left - GUTTER) / (box.width - GUTTER)) * (all.to - all.from);
    const size = lanes.current.window.to - lanes.current.window.from;
    lanes.current.isFollowing = false;
    lanes.current.set(windows.pan({ from: at - size / 2, to: at + size / 2 }, 0, lanes.current.bounds()));
  };
  return html`<canvas class="overview" ref=${canvas} aria-hidden="true" onPointerDown=${move} onPointerMove=${move}></canvas>`;
}

function draw(canvas, run, lanes, ink, counted) {
  if (!canvas || !lanes?.window) return;
  const width = canvas.clientWidth;
  Object.assign(canvas, { width: width * devicePixelRatio, height: HEIGHT * devicePixelRatio });
  const ctx = canvas.getContext("2d");
  ctx.scale(devicePixelRatio, devicePixelRatio);
  const all = windows.whole(lanes.bounds());
  const perPixel = (all.to - all.from) / (width - GUTTER);
  const groups = [...run.lanes.groups.values()];
  const counts = count(groups, all, perPixel, width, run.version, counted);
  const most = Math.max(...counts, 1);
  ctx.fillStyle = ink.muted;
  ctx.globalAlpha = 0.6;
  counts.forEach((count, at) => {
    const tall = count && Math.max(1.5, (count / most) * (HEIGHT - 10));
    ctx.fillRect(GUTTER + at * 2, HEIGHT - 3 - tall, 2, tall);
  });
  ctx.globalAlpha = 1;
  const x = (time) => GUTTER + (time - all.from) / perPixel;
  drawNotable(ctx, groups, x, ink, 5 * perPixel);
  const [from, to] = [Math.max(x(lanes.window.from), GUTTER), Math.min(x(lanes.window.to), width)];
  ctx.fillStyle = ctx.strokeStyle = ink.accent;
  ctx.globalAlpha = 0.12;
  ctx.fillRect(from, 0, to - from, HEIGHT);
  ctx.globalAlpha = 1;
  ctx.strokeRect(from + 0.5, 0.5, Math.max(to - from - 1, 2), HEIGHT - 1);
  ctx.fillStyle = ink.muted;
  ctx.font = "11px ui-sans-serif, system-ui, sans-serif";
  ctx.fillText("whole run", 12, 21);
}

/** Records in each two pixels, counted anew when there are new ones or another width. */
function count(groups, all, perPixel, width, version, counted) {
  if (counted.version === version && counted.width === width) return counted.counts;
  const counts = [];
  for (let x = 0; x < width - GUTTER; x += 2) {
    const [from, to] = [all.from + x * perPixel, all.from + (x + 2) * perPixel];
    counts.push(groups.reduce((sum, { records }) => sum + records.lower(to) - records.lower(from), 0));
  }
  Object.assign(counted, { version, width, counts });
  return counts;
}

/** Where something was lost, discarded or out of order. */
function drawNotable(ctx, groups, x, ink, micros) {
  const strip = (sorted, colour) => {
    ctx.fillStyle = colour;
    for (let at = sorted.start; at < sorted.ids.length; at = Math.max(at + 1, sorted.lower(sorted.times[at] + micros))) {
      ctx.fillRect(x(sorted.times[at]) - 1.5, 2, 3, 6);
    }
  };
  for (const group of groups) {
    for (const lane of group.lanes.values()) strip(lane.notable.get(INVERSION), ink.attention);
    for (const state of [DISCARDED, LOST]) strip(group.notable.get(state), ink.danger);
  }
}
