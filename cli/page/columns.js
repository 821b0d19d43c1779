// A table whose rows have consecutive ids. Rows come at its end and are forgotten at its beginning.

/** How many forgotten rows may stay in the arrays: moving the others costs more than they do. */
const SLACK = 4096;

export class Table {
  constructor(names) {
    this.columns = Object.fromEntries(names.map((name) => [name, []]));
    this.names = names;
    /** The id of the arrays' first row; rows before `oldest` are forgotten. */
    this.base = 0;
    this.oldest = 0;
    this.end = 0;
  }

  get length() {
    return this.end - this.oldest;
  }

  has(id) {
    return id >= this.oldest && id < this.end;
  }

  get(name, id) {
    return this.columns[name][id - this.base];
  }

  set(name, id, value) {
    this.columns[name][id - this.base] = value;
  }

  row(id) {
    return this.has(id) ? Object.fromEntries(this.names.map((name) => [name, this.get(name, id)])) : null;
  }

  /** Takes the rows that are new, and returns the ids `[from, to)` of these. */
  append(table) {
    const count = Object.values(table.columns)[0]?.length ?? 0;
    // Where rows were missed, the ones before them are of no use: ids must stay consecutive.
    if (table.first > this.end || this.length === 0) this.#restart(table.first);
    const known = Math.min(this.end - table.first, count);
    for (const name of this.names) {
      const from = table.sums?.includes(name) ? summed(table.columns[name]) : table.columns[name];
      // The first rows come all at once, as an array that can be kept as it is.
      if (from && known === 0 && this.end === this.base) this.columns[name] = from;
      else for (let row = known; row < count; row++) this.columns[name].push(from ? from[row] : null);
    }
    const before = this.end;
    this.end += count - known;
    return [before, this.end];
  }

  /** Forgets the rows before this id. */
  drop(oldest) {
    if (oldest <= this.oldest) return;
    this.oldest = Math.min(oldest, this.end);
    const forgotten = this.oldest - this.base;
    if (forgotten < SLACK) return;
    for (const name of this.names) this.columns[name].splice(0, forgotten);
    this.base = this.oldest;
  }

  #restart(first) {
    for (const name of this.names) this.columns[name] = [];
    this.base = this.oldest = this.end = first;
  }
}

/** The values of a column that holds how much each is more than the one before it. Nulls stay, and do not count. */
function summed(differences) {
  let sum = 0;
  return differences?.map((difference) => (difference === null ? null : (sum += difference)));
}
