// From times to places in a waterfall. Long pauses in which no span runs, as while a record waits in its stream, are drawn
// short and marked as such; otherwise the spans around them would be too thin to see.

/** A pause is shortened if it is longer than this share of the time in which spans run. */
const LONG = 0.6;
/** And is then as wide as this share of it. */
const SHORT = 0.14;

/** `{at(time), pauses: [{from, to, micros}]}`; places are shares of the width, from 0 to 1. */
export function scale(spans) {
  const busy = stretches(spans);
  const running = busy.reduce((sum, [from, to]) => sum + to - from, 0) || 1;
  const parts = [];
  let width = 0;
  busy.forEach(([from, to], at) => {
    const before = busy[at - 1]?.[1];
    if (before !== undefined) {
      const pause = from - before;
      const isLong = pause > LONG * running;
      const wide = isLong ? SHORT * running : pause;
      parts.push({ start: before, end: from, from: width, to: width + wide, isLong });
      width += wide;
    }
    parts.push({ start: from, end: to, from: width, to: width + to - from, isLong: false });
    width += to - from;
  });
  width ||= 1;
  const at = (time) => {
    const part = parts.find((it) => time <= it.end) ?? parts.at(-1);
    if (!part) return 0;
    const share = part.end === part.start ? 0 : Math.min(Math.max((time - part.start) / (part.end - part.start), 0), 1);
    return (part.from + share * (part.to - part.from)) / width;
  };
  const pauses = parts.filter((it) => it.isLong).map((it) => ({ from: it.from / width, to: it.to / width, micros: it.end - it.start }));
  return { at, pauses };
}

/** The stretches of time in which at least one span runs. */
function stretches(spans) {
  const merged = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, Math.max(end, start)]);
  }
  return merged;
}
