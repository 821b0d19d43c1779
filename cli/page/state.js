// A record's state as a sign and a word.
import { html } from "kinetrace/html";
import { STATES } from "kinetrace/text";

const SIGNS = ["○", "◉", "●", "↻", "⧄", "✕", "–", "–"];
const TONES = ["muted", "accent", "success", "attention", "danger", "danger", "muted", "muted"];

export function State({ state, isWord = false }) {
  return html`<span class=${`state ${TONES[state]}`} title=${isWord ? null : STATES[state]}>
    <span aria-hidden="true">${SIGNS[state]}</span> ${isWord ? STATES[state] : html`<span class="hidden">${STATES[state]}:</span>`}</span>`;
}

const OUTCOME_TONES = ["success", "danger", "muted", "muted", "muted"];
const OUTCOME_SIGNS = ["✓", "✕", "–", "–", "…"];

export function Outcome({ outcome, words }) {
  return html`<span class=${`state ${OUTCOME_TONES[outcome]}`}><span aria-hidden="true">${OUTCOME_SIGNS[outcome]}</span> ${words[outcome]}</span>`;
}
