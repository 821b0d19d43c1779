// A long list of rows of one height, of which only those in sight are in the page.
import { useEffect, useRef, useState } from "preact-hooks";
import { html } from "kinetrace/html";

const AROUND = 8;

/**
 * `row(index)` gives the cells of a row. The keyboard moves among rows with the arrows; `open(index)` is what Enter does.
 */
export function VirtualList({ label, head, count, height, row, open, keyOf }) {
  const scroller = useRef();
  const [seen, setSeen] = useState({ top: 0, tall: 600 });
  const [cursor, setCursor] = useState(0);
  const measure = () => scroller.current && setSeen({ top: scroller.current.scrollTop, tall: scroller.current.clientHeight });
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const from = Math.max(0, Math.floor(seen.top / height) - AROUND);
  const to = Math.min(count, Math.ceil((seen.top + seen.tall) / height) + AROUND);
  const current = Math.min(cursor, Math.max(count - 1, 0));
  const move = (to) => {
    const place = Math.min(Math.max(to, 0), count - 1);
    setCursor(place);
    const box = scroller.current;
    const room = box.clientHeight - height;
    if (place * height < box.scrollTop) box.scrollTop = place * height;
    else if (place * height > box.scrollTop + room - height) box.scrollTop = place * height - room + height;
  };
  const page = Math.max(1, Math.floor(seen.tall / height) - 2);
  const pressed = (event) => {
    const moves = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: count - 1 };
    if (event.key in moves) move(moves[event.key]);
    else if (event.key === "Enter" && count) open(current);
    else return;
    event.preventDefault();
  };
  const rows = [];
  for (let at = from; at < to; at++) {
    rows.push(html`<div role="row" key=${keyOf(at)} id=${`row-${at}`} aria-rowindex=${at + 2} aria-selected=${at === current}
      class=${at === current ? "row current" : "row"} style=${{ top: `${at * height}px`, height: `${height}px` }}
      onClick=${() => open(at)}>${row(at).map((it) => html`<span role="gridcell">${it}</span>`)}</div>`);
  }
  return html`<div class="list" ref=${scroller} role="grid" aria-label=${label} aria-rowcount=${count + 1} tabindex="0"
    aria-activedescendant=${count ? `row-${current}` : null} onScroll=${measure} onKeyDown=${pressed}>
    <div role="rowgroup" class="row-head"><div role="row" class="row" aria-rowindex="1">
      ${head.map((it) => html`<span role="columnheader">${it}</span>`)}</div></div>
    <div role="rowgroup" style=${{ height: `${count * height}px`, position: "relative" }}>${rows}</div>
  </div>`;
}
