// Light, dark, or as the system has it; and the colours of the stylesheet for what is drawn on a canvas.
import { useEffect, useState } from "preact-hooks";

const NAME = "kinetrace-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

// A file that is opened from disk may have no storage. The theme is then as the system has it.
function stored() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : system.matches;
}

export function choose(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(NAME, theme);
  } catch {
    // It lasts as long as the page, then.
  }
  dispatchEvent(new Event("themechange"));
}

export function restore() {
  const theme = stored();
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

/** Whether the page is dark; draws anew when that changes. */
export function useDark() {
  const [dark, setDark] = useState(isDark);
  useEffect(() => {
    const changed = () => setDark(isDark());
    addEventListener("themechange", changed);
    system.addEventListener("change", changed);
    return () => {
      removeEventListener("themechange", changed);
      system.removeEventListener("change", changed);
    };
  }, []);
  return dark;
}

const INKS = ["ground", "lane", "batch", "border", "text", "muted", "accent", "danger", "attention", "success", "producer", "consumer"];

export function inks() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(INKS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}
