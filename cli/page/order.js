// What is wrong in the order in which a key's records were processed. The verdict is the checker's; these are the marks in
// the lanes that show where.

export const FAILED = 1;
export const RETRY = 2;
export const DUPLICATE = 4;
export const INVERSION = 8;
export const OVERLAP = 16;

const SUCCEEDED = 0;
const FAILED_OUTCOME = 1;
const NOT_REACHED = 4;

/** Sequence numbers have up to 39 digits: longer is greater, and numbers of one length compare as texts. */
export function compareSequence(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * The marks of each attempt at the records of one key by one function.
 *
 * Attempts are `{id, record, sequence, sub, invocation, start, end, outcome}`, in the order of their starts.
 */
export function faults(attempts) {
  const marks = new Map();
  const tried = new Set();
  const done = new Set();
  let furthest = null;
  let latest = null;
  for (const attempt of attempts) {
    let mark = attempt.outcome === FAILED_OUTCOME ? FAILED : 0;
    if (tried.has(attempt.record)) mark |= RETRY;
    if (attempt.outcome !== NOT_REACHED) {
      tried.add(attempt.record);
      if (latest && attempt.start < latest.end && isApart(attempt, latest)) mark |= OVERLAP;
      if (!latest || attempt.end > latest.end) latest = attempt;
    }
    if (attempt.outcome === SUCCEEDED) {
      if (done.has(attempt.record)) mark = (mark & ~RETRY) | DUPLICATE;
      else if (furthest && comparePlace(attempt, furthest) < 0) mark |= INVERSION;
      if (!furthest || comparePlace(attempt, furthest) > 0) furthest = attempt;
      done.add(attempt.record);
    }
    marks.set(attempt.id, mark);
  }
  return marks;
}

/** Records that were handed over together, as one batch, are one processing and overlap nothing. */
function isApart(a, b) {
  const isOneBatch = a.start === b.start && (a.end === b.end || a.invocation === b.invocation);
  return !isOneBatch;
}

function comparePlace(a, b) {
  return compareSequence(a.sequence, b.sequence) || (a.sub ?? 0) - (b.sub ?? 0);
}
