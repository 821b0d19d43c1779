// Bytes for people: in hexadecimal with text next to it, and as text or JSON where they are that.

const ROW = 16;

/** Rows of `{offset, hex, text}`, at most as many. */
export function hexRows(bytes, most) {
  const rows = [];
  for (let offset = 0; offset < bytes.length && rows.length < most; offset += ROW) {
    const row = [...bytes.subarray(offset, offset + ROW)];
    rows.push({
      offset: offset.toString(16).padStart(6, "0"),
      hex: row.map((it) => it.toString(16).padStart(2, "0")).join(" ").padEnd(ROW * 3 - 1),
      text: row.map((it) => (it >= 0x20 && it < 0x7f ? String.fromCharCode(it) : "·")).join(""),
    });
  }
  return rows;
}

/**
 * JSON with line breaks and indentation. Nothing else is changed: numbers keep all their digits, and members that repeat stay,
 * which reading and writing them again would not keep.
 */
export function pretty(json) {
  let out = "";
  let depth = 0;
  let before = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const isClosing = token === "}" || token === "]";
    if (isClosing) depth--;
    const isEmpty = isClosing && (before === "{" || before === "[");
    if (before === "," || (isClosing && !isEmpty) || ((before === "{" || before === "[") && !isEmpty)) out += line();
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth++;
    before = token;
  }
  return out;
}
