// Where the data comes from: out of this file, or from the command that serves the page.

/** Reads the document that is in the page, or null if there is none. */
export async function embedded() {
  const element = document.getElementById("data");
  if (!element) return null;
  const packed = bytes(element.textContent.trim());
  element.remove();
  const format = packed[0] === 0x1f ? "gzip" : (packed[0] & 0x0f) === 8 && ((packed[0] << 8) | packed[1]) % 31 === 0
    ? "deflate" : "deflate-raw";
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream(format));
  return new Response(unpacked).json();
}

export function bytes(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const array = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) array[at] = text.charCodeAt(at);
  return array;
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error((await response.text()) || `${response.status} ${response.statusText}`);
  return response.json();
}

export function whole() {
  return json("/api/document");
}

export function record(id) {
  return json(`/api/record?id=${id}`);
}

export function trace(id) {
  return json(`/api/trace?id=${id}`);
}

/** Gives a command in words, and returns the answer; throws with the answer where it was refused. */
export async function tell(words) {
  const response = await fetch("/api/tell", { method: "POST", headers: { "x-kinetrace": "1" }, body: words });
  const answer = await response.text();
  if (!response.ok) throw new Error(answer || `${response.status} ${response.statusText}`);
  return answer;
}

/** How long to wait before trying again; a run that has ended stays ended, so the tries become rare. */
const PAUSES_MS = [250, 1000, 2000, 5000];

/**
 * Listens to changes until it is stopped. `since` gives the cursor to go on from, `changed` takes a change, and `connected`
 * is told whether the server answers.
 */
export function listen({ since, changed, connected }) {
  let events;
  let timer;
  let failures = 0;
  const open = () => {
    events = new EventSource(`/api/changes?since=${since()}`);
    events.onopen = () => connected(true);
    events.onmessage = ({ data }) => {
      failures = 0;
      changed(JSON.parse(data));
    };
    // The browser would ask again with the old cursor; this asks with the latest.
    events.onerror = () => {
      events.close();
      connected(false);
      timer = setTimeout(open, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    events.close();
  };
}
