// The page: its head, the ways between the views, and the view that the address names.
import { render } from "preact";
import { useEffect, useRef, useState } from "preact-hooks";
import { html } from "kinetrace/html";
import { Lanes } from "kinetrace/lanes";
import { Now } from "kinetrace/now";
import { Record } from "kinetrace/record";
import { useRoute } from "kinetrace/route";
import { Run } from "kinetrace/run";
import { choose, restore, useDark } from "kinetrace/theme";
import { Trace } from "kinetrace/trace";
import { Traces } from "kinetrace/traces";
import { Verdict } from "kinetrace/verdict";

const VIEWS = { now: Now, lanes: Lanes, traces: Traces, trace: Trace, record: Record, verdict: Verdict };
const TABS = [["now", "Now"], ["lanes", "Lanes"], ["traces", "Traces"], ["record", "Record"], ["verdict", "Verdict"]];
const OVER = "The run is over";

function Page({ run }) {
  const route = useRoute();
  const [, redraw] = useState(0);
  const [error, setError] = useState(null);
  const main = useRef();
  useEffect(() => run.subscribe(() => redraw((it) => it + 1)), []);
  useEffect(() => void run.open().catch((it) => setError(it.message)), []);
  const view = VIEWS[route.view] ? route.view : run.isReport ? "lanes" : "now";
  useEffect(() => {
    document.title = `${(TABS.find(([it]) => it === view) ?? ["", "Trace"])[1]} · ${run.store.title || "kinetrace"}`;
  });
  // Another view begins at its top, and the keyboard goes on from there.
  const before = useRef(view + route.id);
  useEffect(() => {
    if (before.current === view + route.id) return;
    before.current = view + route.id;
    main.current.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view, route.id]);
  const View = VIEWS[view];
  return html`
    <a class="skip" href="#view" onClick=${(event) => (event.preventDefault(), main.current.focus())}>Skip to the view</a>
    <${Head} run=${run} view=${view} />
    <main ref=${main} id="view" tabindex="-1" class=${view}>
      ${error ? html`<p class="empty error">The page could not read its data: ${error}</p>`
        : run.version === 0 ? html`<p class="empty" role="status">Reading the run…</p>`
        : html`<${View} run=${run} route=${{ ...route, view }} />`}
    </main>`;
}

function Head({ run, view }) {
  const dark = useDark();
  return html`<header class="head">
    <strong class="brand">kinetrace</strong>
    <span class="title">${run.store.title}</span>
    <nav aria-label="Views">${TABS.map(([name, label]) => html`<a key=${name} href=${`#${name}`}
      aria-current=${name === view || (name === "traces" && view === "trace") ? "page" : null}>${label}</a>`)}</nav>
    <span class="spring"></span>
    <${Condition} run=${run} />
    <button class="quiet" onClick=${() => choose(dark ? "light" : "dark")}>${dark ? "Light" : "Dark"}</button>
  </header>`;
}

function Condition({ run }) {
  if (run.version === 0) return null;
  const [tone, text] = run.isReport ? ["muted", "report"] : run.isConnected ? ["success", "live"] : ["attention", OVER];
  const why = text === OVER ? "The command does not answer any more. The page shows the last that it knew." : null;
  return html`<span class=${`condition ${tone}`} role="status" title=${why}>${text}</span>`;
}

restore();
render(html`<${Page} run=${new Run()} />`, document.getElementById("page"));
