// What is in a lane, in the order of time. A shard has the lane of its puts, and one lane for each concurrent batch.
import { DUPLICATE, FAILED, INVERSION, OVERLAP, RETRY } from "kinetrace/order";
import { Sorted } from "kinetrace/sorted";
import { DISCARDED, LOST } from "kinetrace/text";

/** Marks that are found again in a lane however far one zooms out. */
export const NOTABLE = [INVERSION, OVERLAP, DUPLICATE, FAILED, RETRY];
export const NOTABLE_STATES = [LOST, DISCARDED];

function empty(kinds) {
  return new Map(kinds.map((it) => [it, new Sorted()]));
}

/** A shard: its records, those of a notable state, and its batch lanes. `ends` is when each lane without invocations is free. */
export function shardLane(stream, shard) {
  return { kind: "shard", stream, shard, records: new Sorted(), notable: empty(NOTABLE_STATES), lanes: new Map(), ends: [] };
}

/** A lane of batches of a mapping; `longest` is how long its longest attempt took. */
export function batchLane(group, mapping, number) {
  return { kind: "batch", group, mapping, number, invocations: new Sorted(), attempts: new Sorted(), notable: empty(NOTABLE), longest: 0 };
}

/** Everything of a shard in the order of time again, after some was added. */
export function settle(group) {
  const lanes = [...group.lanes.values()];
  const all = [group.records, ...group.notable.values(), ...lanes.flatMap((it) => [it.attempts, it.invocations, ...it.notable.values()])];
  for (const sorted of all) sorted.settle();
}

/** Forgets what is older than these ids. */
export function drop(group, { record, attempt, invocation }) {
  group.records.drop(record);
  for (const notable of group.notable.values()) notable.drop(record);
  for (const lane of group.lanes.values()) {
    lane.attempts.drop(attempt);
    lane.invocations.drop(invocation);
    for (const notable of lane.notable.values()) notable.drop(attempt);
  }
}

/**
 * The invocations that an attempt can have been in, by their times, with their lanes: a function's line may come before it is
 * known which invocation wrote it.
 */
export function around(group, invocations, start, end) {
  const found = [];
  for (const lane of group.lanes.values()) {
    lane.invocations.settle();
    const id = lane.invocations.ids[lane.invocations.lower(start + 1) - 1];
    if (invocations.has(id) && end <= (invocations.get("end", id) ?? Infinity)) found.push({ lane, invocation: id });
  }
  return found;
}

/** The first lane that is free at `start`, which is taken until `end`. */
export function freeLane(ends, start, end) {
  let lane = ends.findIndex((it) => it <= start);
  if (lane < 0) lane = ends.length;
  ends[lane] = end;
  return lane;
}

/** The lanes from top to bottom: each shard with its batches below it. */
export function fromTop(store, all) {
  const name = (group) => `${store.text(group.stream)} ${store.text(group.shard).padStart(24, "0")}`;
  const groups = [...all.values()].filter((it) => it.records.length || it.lanes.size);
  groups.sort((a, b) => (name(a) < name(b) ? -1 : 1));
  return groups.flatMap((group) => {
    const lanes = [...group.lanes.values()].filter((it) => it.attempts.length || it.invocations.length);
    return [group, ...lanes.sort((a, b) => a.mapping - b.mapping || a.number - b.number)];
  });
}
