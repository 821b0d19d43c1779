// A lane with more records than can be told apart: how many there are, and where something notable is among them.
import { GUTTER } from "kinetrace/lanes-layout";

/** Pixels that a record needs to be drawn by itself. */
const PIXELS = 3;
const STEP = 2;
/** Marks that are nearer than this hide each other, so only one of them is drawn. */
const APART = 7;

export function isDense(view, count) {
  return count * PIXELS > view.width - GUTTER;
}

/** How many there are in each two pixels, against the most that there are in any. */
export function drawDensity(view, sorted, y, height, colour) {
  const { ctx } = view;
  const counts = [];
  let before = sorted.lower(view.time(GUTTER));
  for (let x = GUTTER; x < view.width; x += STEP) {
    const after = sorted.lower(view.time(x + STEP));
    counts.push(after - before);
    before = after;
  }
  const most = Math.max(...counts, 1);
  ctx.fillStyle = colour;
  ctx.globalAlpha = view.isFollowing ? 0.2 : 0.55;
  counts.forEach((count, at) => {
    const tall = count && Math.max(1.5, (height * count) / most);
    ctx.fillRect(GUTTER + at * STEP, y + height - tall, STEP, tall);
  });
  ctx.globalAlpha = 1;
}

/** Draws one for each few pixels, however many there are. */
export function drawSparse(view, sorted, drawOne) {
  let at = sorted.lower(view.window.from);
  while (at < sorted.ids.length && sorted.times[at] <= view.window.to) {
    drawOne(view.x(sorted.times[at]), sorted.ids[at]);
    at = Math.max(at + 1, sorted.lower(sorted.times[at] + APART * view.micros));
  }
}
