// The page's address: `#view/id?name=value`. Each state of the page has one, so that it can be sent to a colleague.
import { useEffect, useState } from "preact-hooks";

export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const [view, ...rest] = path.split("/");
  return { view: view || "", id: rest.map(decodeURIComponent).join("/"), query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view. Values that are empty, null or undefined are left out. */
export function link(view, id = "", query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = new URLSearchParams(kept).toString();
  return `#${view}${id === "" ? "" : `/${encodeURIComponent(id)}`}${search ? `?${search}` : ""}`;
}

export function go(view, id, query) {
  location.hash = link(view, id, query);
}

/** Changes the address without a step in the browser's history, as for each letter of a search. */
export function replace(view, id, query) {
  const address = link(view, id, query);
  if (address === location.hash) return;
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute() {
  const [route, setRoute] = useState(() => parse(location.hash));
  useEffect(() => {
    const changed = () => setRoute(parse(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
