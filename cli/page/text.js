// Words for what the document has as numbers.

export const STATES = ["waiting", "in flight", "done", "failed, will come again", "discarded", "lost", "filtered out", "skipped"];
export const WAITING = 0;
export const IN_FLIGHT = 1;
export const DONE = 2;
export const WILL_COME_AGAIN = 3;
export const DISCARDED = 4;
export const LOST = 5;
export const FILTERED = 6;
export const SKIPPED = 7;

export const PUT_OUTCOMES = ["acknowledged", "failed", "unknown"];
export const OUTCOMES = ["succeeded", "failed", "skipped", "skipped by the handler", "not reached"];
export const INVOCATION_OUTCOMES = ["in flight", "succeeded", "partly failed", "failed"];
export const CAUSES = ["new records", "a retry", "a half of a batch that failed", "a redelivery on demand", "the end of a window"];
export const RELATIONS = ["no trace context", "parent", "link"];
export const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];
export const STATUSES = ["unset", "ok", "error"];

/** A count with its noun: `1 record`, `3,214 records`. */
export function count(number, one, many = `${one}s`) {
  return `${(number ?? 0).toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function number(value) {
  return (value ?? 0).toLocaleString("en");
}

/** The part of a shard's name that tells it from others: `shardId-000000000003` is `shard 3`. */
export function shardName(shard) {
  const match = /^shardId-0*(\d+)$/.exec(shard);
  return match ? `shard ${match[1]}` : /^\d+$/.test(shard) ? `partition ${shard}` : shard || "unknown shard";
}

/** What has happened to a record, with the reason, as far as it is known. */
export function fate(state, attempts) {
  const failed = attempts.filter((it) => it.outcome === 1);
  const why = failed.length ? ` The last error: ${failed.at(-1).error || "none was reported"}.` : "";
  const tries = count(attempts.length, "attempt");
  switch (state) {
    case WAITING: return attempts.length
      ? "It waits in the stream to be tried again."
      : "It is in the stream, and no function has received it yet.";
    case IN_FLIGHT: return "A function has it now.";
    case DONE: return failed.length ? `It was processed, after ${tries}.` : "It was processed.";
    case WILL_COME_AGAIN: return `The last attempt failed. The mapping will deliver the record again.${why}`;
    case DISCARDED: return `The mapping gave it up after ${tries}, as its settings say: it was processed by no function.${why}`;
    case LOST: return attempts.length
      ? `The mapping counts it as done, but none of its ${tries} succeeded. The function did not report the failure, or the `
        + `mapping does not look at reported failures.${why}`
      : "It was acknowledged to the producer, and no function ever processed it.";
    case FILTERED: return "It does not match the mapping's filter criteria, so no function receives it.";
    case SKIPPED: return "It was skipped: the handler or a layer decided not to process it.";
    default: return "";
  }
}
