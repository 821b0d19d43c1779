// What keys, wheel and pointer do to the lanes.
import { AXIS, GUTTER } from "kinetrace/lanes-layout";

const IN = 0.8;

/** Pointer and wheel. Dragging the lanes moves them; dragging the times above them, or with Shift, zooms into the stretch. */
export function listen(lanes, { choose, hover }) {
  const { canvas, scroller } = lanes;
  let drag = null;
  const place = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  };
  canvas.addEventListener("wheel", (event) => {
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.shiftKey && !isSideways) return;
    event.preventDefault();
    if (isSideways) lanes.pan(event.deltaX / lanes.width);
    else {
      if (lanes.isFollowing) lanes.isFollowing = false;
      lanes.zoom(Math.exp(Math.max(-120, Math.min(120, event.deltaY)) / 400), lanes.timeAt(Math.max(place(event)[0], GUTTER)));
    }
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [x, y] = place(event);
    drag = { x, y, last: x, top: scroller.scrollTop, isBrush: y < AXIS || event.shiftKey, isMoved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (!drag) return hover(lanes.recordAt(x, y), x, y);
    drag.isMoved ||= Math.abs(x - drag.x) + Math.abs(y - drag.y) > 4;
    if (!drag.isMoved) return;
    hover(null);
    if (drag.isBrush) lanes.brush = [Math.max(drag.x, GUTTER), Math.max(x, GUTTER)];
    else {
      lanes.pan((drag.last - x) / (lanes.width - GUTTER));
      scroller.scrollTop = drag.top + drag.y - y;
    }
    drag.last = x;
    lanes.ask();
  });
  canvas.addEventListener("pointerup", (event) => {
    const [x, y] = place(event);
    if (drag && !drag.isMoved) choose(lanes.recordAt(x, y));
    else if (lanes.brush) zoomInto(lanes, lanes.brush);
    lanes.brush = null;
    drag = null;
  });
  canvas.addEventListener("pointercancel", () => (drag = lanes.brush = null));
  canvas.addEventListener("pointerleave", () => hover(null));
}

function zoomInto(lanes, [from, to]) {
  const times = [lanes.timeAt(from), lanes.timeAt(to)].sort((a, b) => a - b);
  lanes.isFollowing = false;
  if (times[1] - times[0] > 0) lanes.set({ from: times[0], to: times[1] });
}

/** What a key does, or null if it does nothing here. `step(along, across)` moves the cursor among records and lanes. */
export function command(event, lanes, { step, follow, clear }) {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return null;
  if (shiftKey && key.startsWith("Arrow")) {
    return {
      ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
    }[key];
  }
  return {
    ArrowLeft: () => lanes.pan(-0.15),
    ArrowRight: () => lanes.pan(0.15),
    ArrowUp: () => lanes.scroller.scrollBy(0, -60),
    ArrowDown: () => lanes.scroller.scrollBy(0, 60),
    PageUp: () => lanes.pan(-0.9),
    PageDown: () => lanes.pan(0.9),
    "+": () => lanes.zoom(IN),
    "=": () => lanes.zoom(IN),
    "-": () => lanes.zoom(1 / IN),
    0: () => lanes.whole(),
    ",": () => step(-1, 0),
    ".": () => step(1, 0),
    Enter: follow,
    Escape: clear,
  }[key] ?? null;
}
