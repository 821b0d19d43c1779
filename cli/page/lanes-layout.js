// Where things are on the lanes' canvas: from times and lanes to pixels, and from the sizes of a batch to rows in its lane.

export const GUTTER = 168;
export const AXIS = 26;
const [SHARD, BATCH, GAP, TOP] = [26, 34, 14, 6];
/** How much taller lanes become where there is room for it. */
const MOST = 2.6;

/** Each lane with its place from the top, and the height of them all; taller lanes if these leave some of `room` free. */
export function place(rows, room = 0) {
  const shards = rows.filter((it) => it.kind === "shard").length;
  const least = shards * (SHARD + GAP) + (rows.length - shards) * BATCH + 2 * TOP;
  const by = Math.min(Math.max(room / least, 1), MOST);
  let top = TOP;
  const lanes = rows.map((row, at) => {
    if (row.kind === "shard" && at > 0) top += GAP * by;
    const height = Math.round((row.kind === "shard" ? SHARD : BATCH) * by);
    const lane = { row, top: Math.round(top), height };
    top += height;
    return lane;
  });
  return { lanes, height: top + TOP };
}

export function scale({ from, to }, width) {
  const perMicro = (width - GUTTER) / (to - from);
  return {
    x: (time) => GUTTER + (time - from) * perMicro,
    time: (x) => from + (x - GUTTER) / perMicro,
    micros: 1 / perMicro,
  };
}

export function laneAt(lanes, y) {
  return lanes.find((lane) => y >= lane.top && y < lane.top + lane.height) ?? null;
}

/**
 * The rows in which the attempts of a batch are drawn: as few as keep apart what was at the same time.
 *
 * Seen from outside, all records of a batch have one start and one end, and each gets a row.
 */
export function pack(intervals) {
  const ends = [];
  const rows = intervals.map(({ start, end }) => {
    let row = ends.findIndex((it) => it <= start);
    if (row < 0) row = ends.length;
    ends[row] = Math.max(end, start + 1);
    return row;
  });
  return { rows, count: Math.max(ends.length, 1) };
}
