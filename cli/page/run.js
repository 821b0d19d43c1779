// A run, as the page knows it: the data, what is derived from it, and those who want to hear of changes.
import { LanesIndex } from "kinetrace/lanes-index";
import { Relations } from "kinetrace/relations";
import * as source from "kinetrace/source";
import { Store } from "kinetrace/store";
import { TracesIndex } from "kinetrace/traces-index";

export class Run {
  constructor() {
    this.listeners = new Set();
    this.isConnected = true;
    this.waiting = [];
    this.#clear();
  }

  #clear() {
    this.store = new Store();
    this.relations = new Relations(this.store);
    this.lanes = new LanesIndex(this.store, this.relations);
    this.traces = new TracesIndex(this.store);
    this.version = 0;
  }

  /** Reads the document; if it is of a live run, goes on listening. */
  async open() {
    const document = await source.embedded();
    if (document) return this.#apply(document);
    this.#apply(await source.whole());
    source.listen({
      since: () => this.store.cursor,
      changed: (change) => this.#enqueue(change),
      connected: (is) => this.#connected(is),
    });
  }

  get isReport() {
    return this.store.kind === "report";
  }

  get isLive() {
    return !this.isReport && this.isConnected;
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The details of a record, or null where a history has none. */
  async record(id) {
    return this.isReport ? (this.store.details.records?.[id] ?? null) : source.record(id);
  }

  /** The spans of a trace with their attributes, or null where only their times are known. */
  async trace(id) {
    return this.isReport ? (this.store.details.traces?.[id] ?? null) : source.trace(id);
  }

  #connected(is) {
    if (this.isConnected === is) return;
    this.isConnected = is;
    this.#tell();
  }

  /** Changes are taken together, once per frame; hidden pages have no frames, and take them when they come. */
  #enqueue(change) {
    this.waiting.push(change);
    if (document.hidden) return this.#flush();
    if (this.waiting.length === 1) requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    const waiting = this.waiting;
    this.waiting = [];
    for (const change of waiting) this.#apply(change, true);
    if (waiting.length) this.#tell();
  }

  #apply(message, isQuiet = false) {
    // Another run serves this address now, or the cursor was too old: what was known is of no use.
    const isOther = message.origin !== undefined && this.version > 0 && message.origin !== this.store.origin;
    if (isOther || (message.kind !== "change" && this.version > 0)) this.#clear();
    const news = this.store.apply(message);
    this.relations.apply(news);
    this.lanes.apply(news);
    this.traces.apply(news);
    this.version++;
    if (!isQuiet) this.#tell();
  }

  #tell() {
    for (const listener of this.listeners) listener();
  }
}
