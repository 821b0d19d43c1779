// The attempts at the records of one key, as `order.js` judges them.
import { compareSequence } from "kinetrace/order";

/** One list for each mapping: two functions that read a stream are judged apart. */
export function attemptsByMapping(index, ids) {
  const { relations, store } = index;
  const { records, attempts } = store.tables;
  const byMapping = new Map();
  for (const record of ids) {
    const place = { record, sequence: store.text(records.get("sequence", record)), sub: records.get("sub", record) };
    for (const id of relations.attemptsAt(record)) {
      const mapping = index.laneOf(id)?.mapping;
      if (!byMapping.has(mapping)) byMapping.set(mapping, []);
      byMapping.get(mapping).push({ ...place, id, invocation: attempts.get("invocation", id),
        start: attempts.get("start", id), end: attempts.get("end", id), outcome: attempts.get("outcome", id) });
    }
  }
  for (const list of byMapping.values()) {
    list.sort((a, b) => a.start - b.start || compareSequence(a.sequence, b.sequence) || (a.sub ?? 0) - (b.sub ?? 0));
  }
  return byMapping.values();
}

/** Whether nothing can be wrong: each record was processed once, one after the other. Most keys are like that. */
export function isSmooth(store, relations, ids) {
  const { records: { base, columns: { sequence } }, attempts } = store.tables;
  const { outcome, start, end: ends } = attempts.columns;
  let [before, end] = ["", -Infinity];
  for (const record of ids) {
    const of = relations.attemptsOfRecord.get(record);
    if (of === undefined) continue;
    const row = of - attempts.base;
    if (typeof of !== "number" || outcome[row] !== 0 || start[row] < end) return false;
    const number = store.text(sequence[record - base]);
    if (compareSequence(before, number) >= 0) return false;
    [before, end] = [number, ends[row]];
  }
  return true;
}
