// Draws the lane of a batch: its invocations, and in them the attempts.
import { drawBar, drawMark } from "kinetrace/glyphs";
import { drawDensity, drawSparse, isDense } from "kinetrace/lanes-density";
import { NOTABLE } from "kinetrace/lane";
import { pack } from "kinetrace/lanes-layout";
import { RETRY } from "kinetrace/order";

/** Marks over a density, the weightiest on top. Each retry has a failure beside it, which says enough. */
const DENSE = NOTABLE.filter((it) => it !== RETRY).reverse();
const FADED = 0.13;
const MARKS = 13;

export function drawBatch(view, { row, top, height }) {
  const { window, run } = view;
  const [from, to] = [row.attempts.lower(window.from - row.longest), row.attempts.lower(window.to)];
  // The marks have the upper part of the lane, the bars the rest.
  const [y, tall] = [top + MARKS, height - MARKS - 5];
  if (isDense(view, to - from)) {
    drawDensity(view, row.attempts, y, tall, view.ink.accent);
    for (const mark of DENSE) {
      drawSparse(view, row.notable.get(mark), (x, id) => {
        const record = run.store.tables.attempts.get("record", id);
        if (run.lanes.marks.get(id) & mark && !view.isFaded(record)) drawMark(view.ctx, mark, x, y - 5, view.ink);
      });
    }
    for (const id of view.followedAttempts) if (run.lanes.laneOf(id) === row) drawAttempt(view, id, y, tall, y - 5);
    return;
  }
  drawInvocations(view, row, top, height);
  drawAttempts(view, row.attempts.ids.slice(from, to), y, tall, y - 5);
}

function drawInvocations(view, row, top, height) {
  const { ctx, run, window } = view;
  const { invocations } = run.store.tables;
  // The one that began last before the window may reach into it.
  for (let at = Math.max(row.invocations.lower(window.from) - 1, row.invocations.start); at < row.invocations.ids.length; at++) {
    if (row.invocations.times[at] > window.to) break;
    const id = row.invocations.ids[at];
    const outcome = invocations.get("outcome", id);
    const x = view.x(row.invocations.times[at]);
    const width = Math.max(view.x(invocations.get("end", id) ?? run.lanes.latest) - x, 2);
    ctx.globalAlpha = view.isFollowing ? 0.4 : 1;
    ctx.fillStyle = view.ink.batch;
    ctx.strokeStyle = outcome === 3 ? view.ink.danger : outcome === 2 ? view.ink.attention : view.ink.border;
    ctx.lineWidth = 1;
    ctx.setLineDash(outcome === 0 ? [3, 3] : []);
    ctx.beginPath();
    ctx.roundRect(x - 1.5, top + 2.5, width + 3, height - 5, 3);
    ctx.fill();
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }
}

function drawAttempts(view, ids, y, tall, marksY) {
  const { attempts } = view.run.store.tables;
  const byInvocation = Map.groupBy(ids, (id) => attempts.get("invocation", id) ?? `alone ${id}`);
  for (const of of byInvocation.values()) {
    const { rows, count } = pack(of.map((id) => ({ start: attempts.get("start", id), end: attempts.get("end", id) })));
    const each = tall / count;
    of.forEach((id, at) => drawAttempt(view, id, y + rows[at] * each, Math.max(each - (each > 3 ? 1 : 0), 1), marksY));
  }
}

function drawAttempt(view, id, y, tall, marksY) {
  const { ctx, run } = view;
  const { attempts } = run.store.tables;
  const record = attempts.get("record", id);
  // One that is stuck has got another row, with attempts of its own.
  if (!run.store.tables.records.has(record)) return;
  const x = view.x(attempts.get("start", id));
  const width = Math.max(view.x(attempts.get("end", id)) - x, 2.5);
  const isFaded = view.isFaded(record);
  ctx.globalAlpha = isFaded ? FADED : 1;
  drawBar(ctx, attempts.get("outcome", id), x, y, width, tall, view.colour(record));
  const marks = run.lanes.marks.get(id) ?? 0;
  if (marks) drawMarks(view, marks, x + 2, marksY);
  ctx.globalAlpha = 1;
  if (record === view.selected) ring(view, x + width / 2, y + tall / 2);
  view.starts.push([record, x, y + tall / 2, isFaded]);
  view.hits.push({ x, y, width, height: tall, record, attempt: id });
}

/** Side by side; where there is no room beside those of the attempt before, that it came again goes without saying. */
function drawMarks(view, marks, x, y) {
  for (const mark of NOTABLE) {
    const isBeside = view.marked?.y !== y || Math.abs(x - view.marked.x) >= 9;
    if (!(marks & mark) || (mark === RETRY && !isBeside)) continue;
    drawMark(view.ctx, mark, x, y, view.ink);
    view.marked = { x, y };
    x += 10;
  }
}

/** Around the chosen record. */
export function ring({ ctx, ink }, x, y) {
  ctx.strokeStyle = ink.text;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.arc(x, y, 8, 0, 2 * Math.PI);
  ctx.stroke();
}
