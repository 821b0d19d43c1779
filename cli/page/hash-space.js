// The shards of a stream on the space of hash keys: from left to right the space, from top to bottom the generations.
import { html } from "kinetrace/html";
import { shardName } from "kinetrace/text";

const SPACE = 2n ** 128n;
const [ROW, GAP] = [30, 14];

/**
 * Where each shard is drawn: `{shard, left, width, row}`, in shares of the space. Partitions, and shards of a history that
 * does not describe them, have no ranges and stand side by side.
 */
function lay(shards) {
  const rowOf = new Map();
  const row = (shard) => {
    if (!rowOf.has(shard.shard)) {
      rowOf.set(shard.shard, 0);
      const parents = shards.filter((it) => shard.parents?.includes(it.shard));
      rowOf.set(shard.shard, parents.length ? Math.max(...parents.map(row)) + 1 : 0);
    }
    return rowOf.get(shard.shard);
  };
  const areKnown = shards.every((it) => /^\d+$/.test(it.first ?? "") && /^\d+$/.test(it.last ?? "") && it.last !== "0");
  return shards.map((shard, at) => ({
    shard,
    row: areKnown ? row(shard) : 0,
    left: areKnown ? share(BigInt(shard.first)) : at / shards.length,
    width: areKnown ? share(BigInt(shard.last) - BigInt(shard.first) + 1n) : 1 / shards.length,
  }));
}

function share(part) {
  return Number((part * 1_000_000n) / SPACE) / 1_000_000;
}

export function HashSpace({ run, stream }) {
  const { store } = run;
  const placed = lay(stream.shards);
  const byShard = new Map(placed.map((it) => [it.shard.shard, it]));
  const rows = Math.max(0, ...placed.map((it) => it.row)) + 1;
  const present = (shard) => presentOf(store, stream, shard);
  const names = placed.map(({ shard }) => shardName(store.text(shard.shard))).join(", ");
  const said = `Hash keys from 0 at the left to 2 to the 128th at the right: ${names}. The table below has their ranges.`;
  return html`<figure class="hash-space" role="img" aria-label=${said}
    style=${{ height: `${rows * (ROW + GAP) - GAP}px` }}>
    ${placed.map(({ shard, row, left, width }) => html`<div key=${shard.shard} class=${isOpen(shard, present(shard)) ? "shard" : "shard closed"}
      style=${{ left: `${left * 100}%`, width: `${width * 100}%`, top: `${row * (ROW + GAP)}px`, height: `${ROW}px` }}>
      <span>${shardName(store.text(shard.shard))}</span></div>`)}
    <svg aria-hidden="true" preserveAspectRatio="none" viewBox=${`0 0 1000 ${rows * (ROW + GAP) - GAP}`}>
      ${placed.flatMap((child) => (child.shard.parents ?? []).map((it) => byShard.get(it)).filter(Boolean).map((parent) => html`<line
        x1=${centre(parent)} y1=${parent.row * (ROW + GAP) + ROW} x2=${centre(child)} y2=${child.row * (ROW + GAP)} />`))}
    </svg>
  </figure>`;
}

function centre({ left, width }) {
  return (left + width / 2) * 1000;
}

export function isOpen(shard, present) {
  return present ? present.open : shard.closed === null || shard.closed === undefined;
}

/** What waits in a shard, where that is known. */
export function presentOf(store, { name }, { shard }) {
  return (store.present.shards ?? []).find((it) => store.text(it.stream) === name && it.shard === shard);
}

/** A bound of a range, shortened: what tells shards apart is at its front. */
export function bound(digits) {
  return digits.length > 12 ? `${(Number(BigInt(digits)) / Number(SPACE) * 100).toFixed(2)} %` : digits;
}
