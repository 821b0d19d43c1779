// The canvas with the lanes: what it shows, and what keys and pointers do to it.
import { palette, place as placeOf } from "kinetrace/colours";
import { drawAxis, drawNames } from "kinetrace/lanes-axis";
import { draw } from "kinetrace/lanes-drawing";
import { hit, nearest } from "kinetrace/lanes-hit";
import { AXIS, GUTTER, place, scale } from "kinetrace/lanes-layout";
import * as windows from "kinetrace/lanes-window";
import { isDark, inks } from "kinetrace/theme";

/** How many pixels apart the records of a shard are, on the average, where one of them is shown. */
const APART = 14;

export class LanesCanvas {
  /** `scroller` scrolls, `spacer` in it has the height of all lanes; `moved` is called when the window has changed. */
  constructor({ canvas, scroller, spacer, run, moved }) {
    Object.assign(this, { canvas, scroller, spacer, run, moved });
    this.ctx = canvas.getContext("2d");
    this.window = null;
    this.isFollowing = false;
    this.isWhole = false;
    this.key = null;
    this.selected = null;
    this.hits = [];
    this.lanes = [];
    this.brush = null;
    this.colours = new Map();
    this.observer = new ResizeObserver(() => this.ask());
    this.observer.observe(scroller);
    scroller.addEventListener("scroll", () => this.ask());
    this.themed();
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  themed() {
    this.ink = inks();
    this.palette = palette(isDark());
    this.colours.clear();
    this.ask();
  }

  /** Draws in the next frame, once. */
  ask() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  changed() {
    if (this.isFollowing && this.window) this.set(windows.follow(this.window, this.bounds()));
    else if (this.isWhole) this.whole();
    this.ask();
  }

  bounds() {
    const { earliest, latest } = this.run.lanes;
    return { earliest, latest: this.run.isLive ? Math.max(latest, this.run.store.now) : latest };
  }

  set(window) {
    this.window = window;
    this.isWhole = false;
    this.moved();
    this.ask();
  }

  whole() {
    this.isFollowing = false;
    this.set(windows.whole(this.bounds()));
    this.isWhole = true;
  }

  zoom(factor, around = null) {
    const { from, to } = this.window;
    const centre = around ?? (this.selected === null ? (from + to) / 2 : (this.run.lanes.putAt(this.selected) ?? (from + to) / 2));
    this.set(windows.zoom(this.window, factor, Math.min(Math.max(centre, from), to), this.bounds()));
  }

  pan(share) {
    this.isFollowing = false;
    this.set(windows.pan(this.window, share, this.bounds()));
  }

  /** Brings a time and a lane into sight; far out, it also zooms in until single records can be told apart. */
  show(at, row) {
    this.isFollowing = false;
    let window = this.window ?? windows.whole(this.bounds());
    const wanted = (Math.max(this.width - GUTTER, 400) / APART) * this.microsPerRecord(row);
    if (window.to - window.from > wanted) window = { from: at - wanted / 2, to: at + wanted / 2 };
    this.set(windows.show(window, at, this.bounds()));
    const lane = this.lanes.find((it) => it.row === row);
    if (!lane) return;
    const { scrollTop, clientHeight } = this.scroller;
    const visible = clientHeight - AXIS;
    if (lane.top < scrollTop) this.scroller.scrollTop = lane.top;
    else if (lane.top + lane.height > scrollTop + visible) this.scroller.scrollTop = lane.top + lane.height - visible;
  }

  microsPerRecord(row) {
    const sorted = (row?.group ?? row)?.records;
    if (!sorted || sorted.length < 2) return 1000;
    const span = sorted.times.at(-1) - sorted.times[sorted.start];
    return Math.max(span / sorted.length, 1);
  }

  colour(record) {
    const key = this.run.store.tables.records.get("key", record);
    let colour = this.colours.get(key);
    if (!colour) {
      colour = this.palette[placeOf(this.run.store.text(key), this.palette.length)];
      this.colours.set(key, colour);
    }
    return colour;
  }

  draw() {
    const { canvas, ctx, run, ink } = this;
    const width = this.scroller.clientWidth;
    const height = this.scroller.clientHeight;
    if (width === 0 || run.version === 0) return;
    if (!this.window) {
      this.window = windows.whole(this.bounds());
      this.isWhole = true;
      this.moved();
    }
    const { lanes, height: tall } = place(run.lanes.rows, height - AXIS);
    this.lanes = lanes;
    this.spacer.style.height = `${Math.max(tall + AXIS - height, 0)}px`;
    this.#size(width, height);
    const { relations } = run;
    const followed = this.key === null ? [] : relations.recordsWithKey(this.key);
    const scene = {
      run, lanes, width, ink, window: this.window, scroll: this.scroller.scrollTop, height: height - AXIS, isLive: run.isLive,
      origin: run.store.origin, selected: this.selected, followed, isFollowing: this.key !== null,
      followedAttempts: followed.flatMap((it) => relations.attemptsAt(it)),
      colour: (record) => this.colour(record),
      isFaded: (record) => this.key !== null && run.store.tables.records.get("key", record) !== this.key,
    };
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawAxis(ctx, { ...scene, height });
    ctx.save();
    ctx.translate(0, AXIS);
    this.hits = draw(ctx, scene);
    ctx.restore();
    drawAxis(ctx, { ...scene, height: AXIS });
    drawNames(ctx, { ...scene, height, current: this.#currentRow() });
    if (this.brush) this.#drawBrush(height);
    canvas.dataset.drawn = String(this.hits.length);
    performance.mark("kinetrace-lanes");
  }

  #size(width, height) {
    const { canvas } = this;
    const [wide, tall] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (canvas.width !== wide || canvas.height !== tall) {
      Object.assign(canvas, { width: wide, height: tall });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    this.width = width;
  }

  #currentRow() {
    return this.selected !== null && this.run.store.tables.records.has(this.selected) ? this.run.lanes.group(this.selected) : null;
  }

  #drawBrush(height) {
    const [from, to] = this.brush;
    this.ctx.globalAlpha = 0.15;
    this.ctx.fillStyle = this.ink.accent;
    this.ctx.fillRect(Math.min(from, to), 0, Math.abs(to - from), height);
    this.ctx.globalAlpha = 1;
  }

  timeAt(x) {
    return scale(this.window, this.width).time(x);
  }

  /** The record at a place of the canvas, or null. */
  recordAt(x, y) {
    if (x < GUTTER || y < AXIS || !this.window) return null;
    const at = { x, y: y - AXIS + this.scroller.scrollTop };
    return hit(this.hits, at) ?? nearest(this.run, this.lanes, at, scale(this.window, this.width));
  }
}
