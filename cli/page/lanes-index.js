// Which lanes there are, and what is in each, in the order of time: one lane per shard with its puts, and one per concurrent
// batch with its invocations and attempts.
import { attemptsByMapping, isSmooth } from "kinetrace/key-attempts";
import { NOTABLE, NOTABLE_STATES, around, batchLane, drop, freeLane, fromTop, settle, shardLane } from "kinetrace/lane";
import { faults } from "kinetrace/order";

/** The mapping of attempts of which only the record is known, as in the lines of functions. */
const NO_MAPPING = -1;
/** What two numbers are put together with, to look both up at once. */
const MOST_TEXTS = 2 ** 26;
const MOST_LANES = 2 ** 16;

export class LanesIndex {
  constructor(store, relations) {
    this.store = store;
    this.relations = relations;
    this.groups = new Map();
    /** Attempt → marks of `order.js`, of those that have any. */
    this.marks = new Map();
    /** Records in a list of notable ones, with the state that brought them there. */
    this.noted = new Map();
    this.laneOfInvocation = new Map();
    /** The lanes of attempts of which the invocation is not known. */
    this.laneOfLoose = new Map();
    this.streams = [];
    /** Records of which it is not known yet when they came into the stream, nor when they left it. */
    this.unplaced = [];
    this.earliest = Infinity;
    this.latest = 0;
    this.rows = [];
  }

  apply({ added, states }) {
    const { records, attempts, invocations } = this.store.tables;
    const unplaced = this.unplaced.splice(0).filter((id) => records.has(id));
    for (const id of unplaced) this.#record(id);
    this.#records(added.records);
    for (let id = added.invocations[0]; id < added.invocations[1]; id++) this.#invocation(id);
    for (const id of states) this.#notable(id);
    this.#attempts(added.attempts);
    for (const group of this.groups.values()) settle(group);
    this.#drop(records.oldest, attempts.oldest, invocations.oldest);
    this.rows = fromTop(this.store, this.groups);
  }

  /** The lane of the shard that a record is on. */
  group(record) {
    const { records } = this.store.tables;
    return this.#group(records.get("stream", record), records.get("shard", record));
  }

  #group(stream, shard) {
    const key = stream * MOST_TEXTS + shard;
    let group = this.groups.get(key);
    if (!group) {
      group = shardLane(stream, shard);
      this.groups.set(key, group);
    }
    return group;
  }

  #lane(group, mapping, number) {
    const key = (mapping + 1) * MOST_LANES + number;
    let lane = group.lanes.get(key);
    if (!lane) {
      lane = batchLane(group, mapping, number);
      group.lanes.set(key, lane);
    }
    return lane;
  }

  /** Columns are read directly here and below: with a hundred thousand rows, that is what opening the page takes. */
  #records([from, to]) {
    const { base, columns: { stream, shard, acknowledged, put, state } } = this.store.tables.records;
    for (let id = from, row = from - base; id < to; id++, row++) {
      const at = acknowledged[row] ?? put[row];
      if (at === null) this.#record(id);
      else {
        this.#extend(at, at);
        this.#group(stream[row], shard[row]).records.add(at, id);
        if (NOTABLE_STATES.includes(state[row])) this.#notable(id);
      }
    }
  }

  #record(id) {
    const at = this.putAt(id);
    if (at === null) return void this.unplaced.push(id);
    this.#extend(at, at);
    this.group(id).records.add(at, id);
    this.#notable(id);
  }

  /** When the record came into the stream, as well as it is known. */
  putAt(id) {
    const { records, attempts } = this.store.tables;
    const at = records.get("acknowledged", id) ?? records.get("put", id);
    if (at !== null) return at;
    const first = this.relations.attemptsAt(id)[0];
    return first === undefined ? null : attempts.get("start", first);
  }

  #notable(id) {
    const state = this.store.tables.records.get("state", id);
    const of = this.group(id).notable.get(state);
    const at = this.putAt(id);
    if (!of || at === null || this.noted.get(id) === state) return;
    this.noted.set(id, state);
    of.add(at, id);
  }

  #invocation(id) {
    const { invocations } = this.store.tables;
    const mapping = invocations.get("mapping", id);
    const stream = (this.streams[mapping] ??= this.store.texts.indexOf(this.store.mappings[mapping]?.stream ?? ""));
    const group = this.#group(stream, invocations.get("shard", id));
    const start = invocations.get("start", id);
    const lane = this.#lane(group, mapping, invocations.get("lane", id) ?? 0);
    lane.invocations.add(start, id);
    this.laneOfInvocation.set(id, lane);
    this.#extend(start, invocations.get("end", id) ?? start);
  }

  /** The lane that an attempt is in. */
  laneOf(attempt) {
    const invocation = this.store.tables.attempts.get("invocation", attempt);
    return this.laneOfInvocation.get(invocation) ?? this.laneOfLoose.get(attempt);
  }

  #attempts([from, to]) {
    const { attempts, records } = this.store.tables;
    const { base, columns: { record, invocation, start: starts, end: ends } } = attempts;
    const keys = records.columns.key;
    const touched = new Set();
    const loose = [];
    for (let id = from, row = from - base; id < to; id++, row++) {
      touched.add(keys[record[row] - records.base]);
      const lane = this.laneOfInvocation.get(invocation[row]);
      if (lane) this.#attempt(lane, id, starts[row], ends[row]);
      else loose.push(id);
    }
    loose.sort((a, b) => attempts.get("start", a) - attempts.get("start", b));
    for (const id of loose) {
      const group = this.group(attempts.get("record", id));
      const [start, end] = [attempts.get("start", id), attempts.get("end", id)];
      const found = around(group, this.store.tables.invocations, start, end);
      // If only one invocation can have had it, that one is taken to have.
      if (found.length === 1) attempts.set("invocation", id, found[0].invocation);
      const lane = found[0]?.lane ?? this.#lane(group, NO_MAPPING, freeLane(group.ends, start, end));
      this.laneOfLoose.set(id, lane);
      this.#attempt(lane, id, start, end);
    }
    for (const key of touched) this.#judge(key);
  }

  #attempt(lane, id, start, end) {
    lane.attempts.add(start, id);
    if (end - start > lane.longest) lane.longest = end - start;
    this.#extend(start, end);
  }

  #judge(key) {
    const ids = this.relations.recordsWithKey(key);
    if (isSmooth(this.store, this.relations, ids)) return;
    for (const list of attemptsByMapping(this, ids)) for (const [id, marks] of faults(list)) this.#mark(id, marks);
  }

  #mark(id, marks) {
    const before = this.marks.get(id) ?? 0;
    if (before === marks) return;
    this.marks.set(id, marks);
    const start = this.store.tables.attempts.get("start", id);
    for (const mark of NOTABLE) {
      if (marks & mark & ~before) this.laneOf(id)?.notable.get(mark).add(start, id);
    }
  }

  #extend(from, to) {
    if (from < this.earliest) this.earliest = from;
    if (to > this.latest) this.latest = to;
  }

  #drop(record, attempt, invocation) {
    for (const group of this.groups.values()) drop(group, { record, attempt, invocation });
    for (const map of [[this.noted, record], [this.marks, attempt], [this.laneOfLoose, attempt], [this.laneOfInvocation, invocation]]) forget(...map);
    const firsts = [...this.groups.values()].filter((it) => it.records.length).map((it) => it.records.times[it.records.start]);
    if (record > 0 && firsts.length) this.earliest = Math.min(...firsts);
  }
}

/** Forgets the ids below this one; they were added in their order, or nearly so. */
function forget(map, oldest) {
  for (const id of map.keys()) {
    if (id >= oldest) break;
    map.delete(id);
  }
}
