// Ids in the order of their times: found by time, and forgotten from the beginning.

const SLACK = 4096;
const NEAR = 64;

export class Sorted {
  constructor() {
    this.times = [];
    this.ids = [];
    this.start = 0;
    this.isMixed = false;
  }

  get length() {
    return this.ids.length - this.start;
  }

  /** Nearly all come in order, so the place is looked for from the end; where that is far, all are sorted later, at once. */
  add(time, id) {
    const end = this.ids.length;
    const nearest = Math.max(this.start, end - NEAR);
    let place = end;
    while (place > nearest && this.times[place - 1] > time) place--;
    if (place === end || (place === nearest && place > this.start)) {
      this.isMixed ||= place !== end;
      this.times.push(time);
      this.ids.push(id);
    } else {
      this.times.splice(place, 0, time);
      this.ids.splice(place, 0, id);
    }
  }

  /** Has to be called after ids were added, before they are looked for. */
  settle() {
    if (!this.isMixed) return;
    this.isMixed = false;
    const places = Array.from(this.ids, (_, at) => at).slice(this.start).sort((a, b) => this.times[a] - this.times[b]);
    const { times, ids } = this;
    this.times = places.map((at) => times[at]);
    this.ids = places.map((at) => ids[at]);
    this.start = 0;
  }

  /** The first place whose time is not below this one. */
  lower(time) {
    let low = this.start;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place that is nearest in time, or -1 if there is none. */
  nearest(time) {
    if (this.length === 0) return -1;
    const after = Math.min(this.lower(time), this.ids.length - 1);
    const before = Math.max(after - 1, this.start);
    return time - this.times[before] < this.times[after] - time ? before : after;
  }

  /** Forgets, from the beginning, the ids below this one. */
  drop(oldest) {
    while (this.start < this.ids.length && this.ids[this.start] < oldest) this.start++;
    if (this.start < SLACK) return;
    this.times.splice(0, this.start);
    this.ids.splice(0, this.start);
    this.start = 0;
  }
}
