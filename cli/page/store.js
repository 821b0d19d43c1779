// What the document and its changes said, as they said it: tables by id, and the rest as it was last.
import { Table } from "kinetrace/columns";

const TABLES = {
  records: ["stream", "shard", "key", "sequence", "sub", "put", "acknowledged", "trace", "span", "format", "bytes",
    "put_outcome", "state"],
  attempts: ["record", "invocation", "start", "end", "outcome", "trace", "span", "relation", "error"],
  invocations: ["mapping", "shard", "request", "environment", "lane", "start", "end", "outcome", "cause", "attempt",
    "size", "error", "number"],
  spans: ["trace", "span", "parent", "service", "name", "kind", "start", "end", "status", "links", "record"],
  logs: ["function", "environment", "at", "stream", "request", "service", "trace", "line"],
};

/** Members that a change has either whole or not at all. */
const WHOLE = ["title", "origin", "now", "streams", "functions", "mappings", "present", "verdict", "details", "omitted"];

export class Store {
  constructor() {
    this.texts = [];
    this.tables = Object.fromEntries(Object.entries(TABLES).map(([name, columns]) => [name, new Table(columns)]));
    this.cursor = 0;
    this.kind = "live";
    this.title = "";
    this.origin = "0";
    this.now = 0;
    this.streams = [];
    this.functions = [];
    this.mappings = [];
    this.present = {};
    this.verdict = null;
    this.details = {};
    this.omitted = [];
    this.textIds = null;
  }

  text(index) {
    return typeof index === "string" ? index : (this.texts[index] ?? "");
  }

  /** The index of a text, or -1 if no row can have it. */
  textId(text) {
    this.textIds ??= new Map(this.texts.map((it, at) => [it, at]));
    return this.textIds.get(text) ?? -1;
  }

  /** Takes a document or a change. Returns which rows are new, and which were changed. */
  apply(message) {
    this.#texts(message.texts);
    for (const name of WHOLE) if (message[name] !== undefined) this[name] = message[name];
    if (message.kind !== "change") this.kind = message.kind;
    this.cursor = message.cursor ?? this.cursor;
    const news = { added: {}, states: [], amended: [] };
    for (const [name, table] of Object.entries(this.tables)) {
      news.added[name] = message[name] ? table.append(message[name]) : [table.end, table.end];
    }
    this.#states(message.states, news);
    this.#amended(message.amended, news);
    this.#ended(message.ended);
    for (const [name, oldest] of Object.entries(message.oldest ?? {})) this.tables[name]?.drop(oldest);
    return news;
  }

  #texts(texts) {
    if (!texts) return;
    texts.list.forEach((text, place) => {
      this.texts[texts.first + place] = text;
      this.textIds?.set(text, texts.first + place);
    });
  }

  #states(states, news) {
    states?.records.forEach((id, place) => {
      if (!this.tables.records.has(id)) return;
      this.tables.records.set("state", id, states.state[place]);
      news.states.push(id);
    });
  }

  /** Records of which more is known than when they were sent. */
  #amended(amended, news) {
    amended?.records.forEach((id, place) => {
      if (!this.tables.records.has(id)) return;
      for (const name of TABLES.records) this.tables.records.set(name, id, amended.columns[name][place]);
      news.states.push(id);
      news.amended.push(id);
    });
  }

  #ended(ended) {
    const table = this.tables.invocations;
    ended?.invocations.forEach((id, place) => {
      if (!table.has(id)) return;
      for (const name of ["end", "outcome", "error", "request", "environment"]) {
        if (ended[name]) table.set(name, id, ended[name][place]);
      }
    });
  }
}
