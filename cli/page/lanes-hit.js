// Which record a pointer is on.
import { laneAt } from "kinetrace/lanes-layout";

/** How many pixels a pointer may be away. */
const NEAR = 6;

/** The record of the mark that is nearest, of those that were drawn; null if none is near. */
export function hit(hits, { x, y }) {
  let best = null;
  let least = NEAR + 1;
  for (const it of hits) {
    const away = Math.max(it.x - x, x - it.x - it.width, it.y - y, y - it.y - it.height, 0);
    // Of those on top of each other, the last one drawn is seen.
    if (away < least || (away === 0 && least === 0)) [best, least] = [it, away];
  }
  return best?.record ?? null;
}

/** In a density, the record of the lane that is nearest in time; null if none is near. */
export function nearest(run, lanes, { x, y }, view) {
  const row = laneAt(lanes, y)?.row;
  const sorted = row?.records ?? row?.attempts;
  const at = sorted ? sorted.nearest(view.time(x)) : -1;
  if (at < 0 || Math.abs(view.x(sorted.times[at]) - x) > NEAR) return null;
  return row.records ? sorted.ids[at] : run.store.tables.attempts.get("record", sorted.ids[at]);
}
