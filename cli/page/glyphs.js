// The marks in the lanes. Each has a shape of its own, so that nobody has to tell colours apart.
import { DUPLICATE, FAILED, INVERSION, OVERLAP, RETRY } from "kinetrace/order";
import { DISCARDED, DONE, FILTERED, IN_FLIGHT, LOST, SKIPPED, WAITING, WILL_COME_AGAIN } from "kinetrace/text";

function circle(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
}

function path(ctx, points) {
  ctx.beginPath();
  points.forEach(([x, y], at) => (at ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
}

function cross(ctx, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
}

/** A record on its shard's line. `ink` has the colours of the theme. */
export function drawState(ctx, state, x, y, colour, ink) {
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = ctx.fillStyle = colour;
  if (state === DONE) {
    circle(ctx, x, y, 3);
    ctx.fill();
  } else if (state === WAITING) {
    circle(ctx, x, y, 3);
    ctx.fillStyle = ink.ground;
    ctx.fill();
    ctx.stroke();
  } else if (state === IN_FLIGHT || state === WILL_COME_AGAIN) {
    circle(ctx, x, y, 3.5);
    ctx.stroke();
    circle(ctx, x, y, 1.5);
    ctx.fill();
  } else if (state === LOST) {
    ctx.strokeStyle = ink.ground;
    ctx.lineWidth = 6;
    cross(ctx, x, y, 4.5);
    ctx.stroke();
    ctx.strokeStyle = ink.danger;
    ctx.lineWidth = 3;
    ctx.stroke();
  } else if (state === DISCARDED) {
    ctx.fillStyle = ink.ground;
    ctx.strokeStyle = ink.danger;
    ctx.beginPath();
    ctx.rect(x - 4, y - 4, 8, 8);
    ctx.fill();
    ctx.stroke();
    path(ctx, [[x - 4, y + 4], [x + 4, y - 4]]);
    ctx.stroke();
  } else if (state === FILTERED || state === SKIPPED) {
    path(ctx, [[x - 3.5, y], [x + 3.5, y]]);
    ctx.lineWidth = 2;
    ctx.stroke();
  }
}

/** A mark of an attempt, above the beginning of its bar. */
export function drawMark(ctx, mark, x, y, ink) {
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = ink.text;
  if (mark === FAILED) {
    ctx.strokeStyle = ink.danger;
    ctx.lineWidth = 2;
    cross(ctx, x, y, 3);
    ctx.stroke();
  } else if (mark === RETRY) {
    ctx.beginPath();
    ctx.arc(x, y, 3.2, -0.3 * Math.PI, 1.25 * Math.PI);
    ctx.stroke();
    path(ctx, [[x + 0.2, y - 4.6], [x + 4.4, y - 4.2], [x + 2.2, y - 0.8]]);
    ctx.fillStyle = ink.text;
    ctx.fill();
  } else if (mark === DUPLICATE) {
    ctx.fillStyle = ink.ground;
    for (const by of [-1.5, 1.5]) {
      ctx.beginPath();
      ctx.rect(x + by - 3, y + by - 3, 6, 6);
      ctx.fill();
      ctx.stroke();
    }
  } else if (mark === INVERSION) {
    path(ctx, [[x - 4.5, y - 4], [x + 4.5, y - 4], [x, y + 4.5]]);
    ctx.closePath();
    ctx.fillStyle = ink.attention;
    ctx.fill();
    ctx.strokeStyle = ink.ground;
    ctx.stroke();
  } else if (mark === OVERLAP) {
    ctx.strokeStyle = ink.attention;
    for (const by of [-2.2, 2.2]) {
      circle(ctx, x + by, y, 3.2);
      ctx.stroke();
    }
  }
}

/** An attempt: full where it succeeded, hatched where it failed, dashed where the handler never had the record. */
export function drawBar(ctx, outcome, x, y, width, height, colour) {
  if (outcome === 0) {
    ctx.fillStyle = colour;
    ctx.fillRect(x, y, width, height);
    return;
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  if (outcome === 1) {
    ctx.beginPath();
    // Strokes that rise two pixels for each one to the right, as far as they are within the bar.
    for (let at = 2 - Math.floor(height / 8) * 4; at < width; at += 4) {
      const [from, to] = [Math.max(at, 0), Math.min(at + height / 2, width)];
      ctx.moveTo(x + from, y + height - (from - at) * 2);
      ctx.lineTo(x + to, y + height - (to - at) * 2);
    }
  } else {
    ctx.setLineDash([2, 2]);
    ctx.beginPath();
  }
  if (width > 3 && height > 3) ctx.rect(x + 0.5, y + 0.5, width - 1, height - 1);
  else ctx.rect(x, y + height / 2, width, 0.01);
  ctx.stroke();
  ctx.setLineDash([]);
}
