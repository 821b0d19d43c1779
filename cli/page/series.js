// Series over time, drawn by uPlot.
import { useLayoutEffect, useRef } from "preact-hooks";
import uPlot from "uplot";
import { html } from "kinetrace/html";
import { inks, useDark } from "kinetrace/theme";
import { clock } from "kinetrace/time";

const HEIGHT = 150;

/**
 * A chart of `lines`: `{name, values, ink, dash}`. `at` are seconds after the origin; `unit` is of all values. What the chart
 * says is also in `summary`, for those who cannot see it.
 */
export function Series({ title, at, lines, unit, origin, summary }) {
  const [box, plot] = [useRef(), useRef()];
  const dark = useDark();
  useLayoutEffect(() => {
    plot.current = new uPlot(options({ lines, unit, origin, width: box.current.clientWidth }), data(at, lines), box.current);
    const observer = new ResizeObserver(([{ contentRect }]) => plot.current.setSize({ width: contentRect.width, height: HEIGHT }));
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      plot.current.destroy();
    };
  }, [dark, origin]);
  useLayoutEffect(() => plot.current.setData(data(at, lines)));
  return html`<figure class="series" aria-label=${title}>
    <figcaption><h2>${title}</h2><span class="keys">${lines.map((it) => html`<span key=${it.name}>
      <svg width="22" height="8" aria-hidden="true"><line x1="1" x2="21" y1="4" y2="4" stroke=${`var(--${it.ink})`} stroke-width="2"
        stroke-dasharray=${it.dash?.join(" ")} /></svg> ${it.name}</span>`)}</span></figcaption>
    <div ref=${box} role="img" aria-label=${summary}></div>
  </figure>`;
}

function data(at, lines) {
  return [at ?? [], ...lines.map((it) => it.values ?? [])];
}

function options({ lines, unit, origin, width }) {
  const ink = inks();
  const axis = { stroke: ink.muted, grid: { stroke: ink.border, width: 0.5 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  return {
    width: Math.max(width, 50),
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(most * 1.1, 1)] } },
    axes: [
      { ...axis, size: 22, space: 110, values: (_, ticks) => ticks.map((it) => clock(origin, it * 1e6, 0)) },
      { ...axis, size: 58, values: (_, ticks) => ticks.map((it) => unit(it)) },
    ],
    series: [{}, ...lines.map((it) => ({ label: it.name, stroke: ink[it.ink], width: 1.5, dash: it.dash, points: { show: false } }))],
  };
}
