// What the pointer is on. It draws by itself: a pointer moves more often than anything else here changes.
import { useEffect, useState } from "preact-hooks";
import { html } from "kinetrace/html";
import { STATES } from "kinetrace/text";

/** `shown` is a reference to the function that it is told with: a record, or null, and the place. */
export function LanesTip({ run, shown }) {
  const [tip, setTip] = useState(null);
  useEffect(() => {
    shown.current = (id, x, y) => setTip(id === null || id === undefined ? null : { id, x, y });
  }, []);
  const row = tip && run.store.tables.records.row(tip.id);
  if (!row) return null;
  return html`<div class="tip" style=${{ left: `${tip.x + 14}px`, top: `${tip.y + 14}px` }} aria-hidden="true">
    <b>${run.store.text(row.key)}</b> ${STATES[row.state]}</div>`;
}
