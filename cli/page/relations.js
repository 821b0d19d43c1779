// What belongs to what: the attempts of a record, the records of a key, the spans of a trace, and the other ways round.

/** Most lists have one id, and then that is all that is kept. */
function push(map, key, id) {
  const list = map.get(key);
  if (list === undefined) map.set(key, id);
  else if (typeof list === "number") map.set(key, [list, id]);
  else list.push(id);
}

function listed(list) {
  return typeof list === "number" ? [list] : (list ?? []);
}

export class Relations {
  constructor(store) {
    this.store = store;
    this.attemptsOfRecord = new Map();
    this.recordsOfKey = new Map();
    this.recordsOfTrace = new Map();
    /** How far the records and attempts of traces have been gathered: that is only done when a trace is looked at. */
    this.traced = { records: 0, attempts: 0 };
    this.logsOfRequest = new Map();
    this.logsOfTrace = new Map();
    this.forgotten = { records: 0, attempts: 0, logs: 0 };
  }

  apply({ added, amended }) {
    const { records, attempts, logs } = this.store.tables;
    for (let id = added.records[0]; id < added.records[1]; id++) {
      push(this.recordsOfKey, records.get("key", id), id);
    }
    for (const id of amended) {
      const key = records.get("key", id);
      if (!listed(this.recordsOfKey.get(key)).includes(id)) push(this.recordsOfKey, key, id);
    }
    for (let id = added.attempts[0]; id < added.attempts[1]; id++) {
      push(this.attemptsOfRecord, attempts.get("record", id), id);
    }
    for (let id = added.logs[0]; id < added.logs[1]; id++) {
      const request = this.store.text(logs.get("request", id));
      if (request) push(this.logsOfRequest, request, id);
      const trace = this.store.text(logs.get("trace", id));
      if (trace) push(this.logsOfTrace, trace, id);
    }
    this.#forget();
  }

  /** Ids of rows that are still there. */
  recordsWithKey(key) {
    return this.#kept(this.recordsOfKey.get(key), "records");
  }

  recordsInTrace(trace) {
    this.#trace();
    return [...new Set(this.#kept(this.recordsOfTrace.get(trace), "records"))];
  }

  attemptsAt(record) {
    return this.#kept(this.attemptsOfRecord.get(record), "attempts");
  }

  logsOf(request) {
    return this.#kept(this.logsOfRequest.get(request), "logs");
  }

  logsInTrace(trace) {
    return this.#kept(this.logsOfTrace.get(trace), "logs");
  }

  #trace() {
    const { records, attempts } = this.store.tables;
    for (let id = Math.max(this.traced.records, records.oldest); id < records.end; id++) {
      const trace = this.store.text(records.get("trace", id));
      if (trace) push(this.recordsOfTrace, trace, id);
    }
    for (let id = Math.max(this.traced.attempts, attempts.oldest); id < attempts.end; id++) {
      const record = attempts.get("record", id);
      const trace = this.store.text(attempts.get("trace", id));
      if (trace && listed(this.recordsOfTrace.get(trace)).at(-1) !== record) push(this.recordsOfTrace, trace, record);
    }
    this.traced = { records: records.end, attempts: attempts.end };
  }

  #kept(list, table) {
    const { oldest } = this.store.tables[table];
    const ids = listed(list);
    if (ids.length === 0) return ids;
    return ids[0] >= oldest ? ids : ids.filter((id) => id >= oldest);
  }

  /** Lists are thinned where a tenth of the rows has gone, so that forgetting costs little per row. */
  #forget() {
    for (const [name, maps] of [
      ["records", [this.recordsOfKey, this.recordsOfTrace]],
      ["attempts", [this.attemptsOfRecord]],
      ["logs", [this.logsOfRequest, this.logsOfTrace]],
    ]) {
      const table = this.store.tables[name];
      if (table.oldest - this.forgotten[name] <= table.length / 10) continue;
      this.forgotten[name] = table.oldest;
      for (const map of maps) thin(map, table.oldest);
    }
  }
}

function thin(map, oldest) {
  for (const [key, ids] of map) {
    const kept = listed(ids).filter((id) => id >= oldest);
    if (kept.length === 0) map.delete(key);
    else if (kept.length < ids.length) map.set(key, kept);
  }
}
