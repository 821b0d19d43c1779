// Colours of keys and services. A key has the same colour in each run; several keys share one, so colour never stands alone.

// Ten hues that differ for people with colour blindness as far as ten can, each at 3:1 or more on its background.
const LIGHT = ["#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#9a6700", "#1b7c83", "#cf222e", "#57606a", "#4d5bd1"];
const DARK = ["#4493f8", "#f0883e", "#3fb950", "#ab7df8", "#db61a2", "#d29922", "#39c5cf", "#ff7b72", "#9198a1", "#8c96ff"];

/** FNV-1a: the same place for the same text, wherever it is computed. */
export function place(text, places) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % places;
}

export function palette(isDark) {
  return isDark ? DARK : LIGHT;
}

/** Services get colours in the order of their names, so that few services never share one. */
export function serviceColours(services, isDark) {
  const colours = palette(isDark);
  return new Map([...services].sort().map((service, at) => [service, colours[at % colours.length]]));
}
