// The keyboard's place in the lanes: which record comes next in a lane, and which is next to it in the next lane.

/** The record that is one step along the lane of `record`, or `across` lanes away; the first that is seen, without one. */
export function step(run, { rows, window }, record, along, across) {
  const shards = rows.filter((it) => it.kind === "shard" && it.records.length > 0);
  if (shards.length === 0) return null;
  if (record === null || !run.store.tables.records.has(record)) {
    const { records } = shards[0];
    return records.ids[Math.min(records.lower(window.from), records.ids.length - 1)];
  }
  const row = run.lanes.group(record);
  const at = run.lanes.putAt(record);
  if (across !== 0) {
    const next = shards[shards.indexOf(row) + across];
    return next ? next.records.ids[next.records.nearest(at)] : record;
  }
  const place = placeOf(row.records, at, record) + along;
  return row.records.ids[Math.min(Math.max(place, row.records.start), row.records.ids.length - 1)];
}

/** The next record that has a mark or a state, after `record` in time; the first one of all after the last. */
export function nextNotable(run, rows, { mark, state }, record) {
  const { attempts, records } = run.store.tables;
  const found = [];
  for (const row of rows) {
    const sorted = row.notable.get(mark ?? state);
    if (!sorted || (row.kind === "shard") === (state === undefined)) continue;
    for (let at = sorted.start; at < sorted.ids.length; at++) {
      const id = sorted.ids[at];
      const isStill = mark ? run.lanes.marks.get(id) & mark : records.get("state", id) === state;
      if (isStill) found.push({ at: sorted.times[at], row, record: mark ? attempts.get("record", id) : id });
    }
  }
  found.sort((a, b) => a.at - b.at);
  // A record that has the mark several times is visited once.
  const once = [...new Map(found.toReversed().map((it) => [it.record, it])).values()].toReversed();
  const current = once.findIndex((it) => it.record === record);
  return once[(current + 1) % once.length] ?? null;
}

function placeOf(sorted, time, id) {
  let place = sorted.lower(time);
  while (place < sorted.ids.length && sorted.ids[place] !== id && sorted.times[place] === time) place++;
  return place;
}
