// Times for people. All times are microseconds after the run's origin.

/** A time of day in UTC, as logs have it; `digits` after the second. */
export function clock(origin, micros, digits = 3) {
  const at = BigInt(origin) + BigInt(Math.round(micros));
  const day = new Date(Number(at / 1000n)).toISOString().slice(11, 19);
  if (digits === 0) return day;
  const fraction = String(at % 1_000_000n).padStart(6, "0").slice(0, digits);
  return `${day}.${fraction}`;
}

export function date(origin, micros) {
  return new Date(Number((BigInt(origin) + BigInt(Math.round(micros))) / 1000n)).toISOString().slice(0, 10);
}

/** A duration in the unit that leaves three digits or so. */
export function duration(micros) {
  if (micros === null || micros === undefined) return "–";
  if (micros === 0) return "0";
  const sign = micros < 0 ? "−" : "";
  const size = Math.abs(micros);
  if (size < 1000) return `${sign}${Math.round(size)} µs`;
  if (size < 1_000_000) return `${sign}${short(size / 1000)} ms`;
  if (size < 120_000_000) return `${sign}${short(size / 1_000_000)} s`;
  const seconds = Math.round(size / 1_000_000);
  if (seconds < 7200) return `${sign}${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${sign}${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}

function short(value) {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const STEPS = [1, 2, 5];

/** Times of day that are round, between two others, at most this many, and how many digits after the second tell them apart. */
export function ticks(from, to, most, origin) {
  const least = (to - from) / Math.max(most, 1);
  let step = 60_000_000 * Math.ceil(least / 60_000_000);
  for (let power = 1; power <= 10_000_000; power *= 10) {
    const fitting = STEPS.map((it) => it * power).find((it) => it >= least);
    if (fitting && fitting <= 30_000_000) {
      step = fitting;
      break;
    }
  }
  const at = [];
  const offset = Number(BigInt(origin) % BigInt(step));
  for (let tick = Math.ceil((from + offset) / step) * step - offset; tick <= to; tick += step) at.push(tick);
  const digits = step >= 1_000_000 ? 0 : step >= 1000 ? 3 : 6;
  return { at, digits };
}
