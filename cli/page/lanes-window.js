// The stretch of time that the lanes show, as values: `{from, to}` in microseconds.

const LEAST = 50;

/** All of a run, with a little room at both ends. */
export function whole({ earliest, latest }) {
  if (!(latest > earliest)) return { from: (Number.isFinite(earliest) ? earliest : 0) - 500_000, to: (latest || 0) + 500_000 };
  const room = (latest - earliest) * 0.02;
  return { from: earliest - room, to: latest + room };
}

/** Zooms around a time: below 1 goes in, above 1 goes out. */
export function zoom(window, factor, around, bounds) {
  const all = whole(bounds);
  const size = Math.min(Math.max((window.to - window.from) * factor, LEAST), all.to - all.from);
  const share = (around - window.from) / (window.to - window.from);
  return keepIn({ from: around - size * share, to: around + size * (1 - share) }, bounds);
}

/** Moves by a share of what is seen. */
export function pan(window, share, bounds) {
  const by = (window.to - window.from) * share;
  return keepIn({ from: window.from + by, to: window.to + by }, bounds);
}

/** The same stretch, with its end at the latest time. */
export function follow(window, { latest }) {
  const size = window.to - window.from;
  return { from: latest - size * 0.96, to: latest + size * 0.04 };
}

/** Moves as little as makes a time visible, with room around it. */
export function show(window, at, bounds) {
  const room = (window.to - window.from) * 0.1;
  if (at < window.from + room) return pan(window, (at - room - window.from) / (window.to - window.from), bounds);
  if (at > window.to - room) return pan(window, (at + room - window.to) / (window.to - window.from), bounds);
  return window;
}

function keepIn(window, bounds) {
  const all = whole(bounds);
  const size = window.to - window.from;
  if (size >= all.to - all.from) return all;
  const from = Math.min(Math.max(window.from, all.from), all.to - size);
  return { from, to: from + size };
}
