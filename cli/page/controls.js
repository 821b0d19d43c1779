// Commands to the run: buttons next to what they act on, and any command in words.
import { createContext } from "preact";
import { useContext, useState } from "preact-hooks";
import { Answer, useCommand } from "kinetrace/command";
import { html } from "kinetrace/html";

const Commands = createContext(null);

/** Has the line for commands at its end, where the answers to all buttons in it appear. */
export function Controls({ isLive, children }) {
  const command = useCommand();
  return html`<${Commands.Provider} value=${isLive ? command : null}>${children}<//>`;
}

/** A button that gives a command; nothing in a report, or after the run. `what` says to screen readers what it acts on. */
export function Control({ words, label, what }) {
  const command = useContext(Commands);
  if (!command) return null;
  return html`<button type="button" class="small" disabled=${command.isBusy} aria-label=${`${label}: ${what}`}
    onClick=${() => command.give(words)}>${label}</button>`;
}

export function useIsControlled() {
  return useContext(Commands) !== null;
}

export function CommandLine() {
  const command = useContext(Commands);
  const [words, setWords] = useState("");
  if (!command) return null;
  const submit = (event) => {
    event.preventDefault();
    if (words.trim()) command.give(words.trim());
    setWords("");
  };
  return html`<section class="card"><h2>Commands</h2>
    <form class="actions" onSubmit=${submit}>
      <label for="command">Command</label>
      <input id="command" class="words" value=${words} onInput=${(event) => setWords(event.target.value)} autocomplete="off" spellcheck=${false}
        placeholder="help" />
      <button disabled=${command.isBusy}>Give it</button>
      <${Control} words="pause" label="Pause input" what="input" />
      <${Control} words="resume" label="Resume input" what="input" />
      <${Control} words="hang-collector 10" label="Hang the collector for 10 s" what="collector" />
      <${Control} words="help" label="Help" what="commands" />
    </form>
    <p class="muted" aria-hidden=${!command.answer}>${command.answer ? html`<code>${command.answer.words}</code>` : ""}</p>
    <${Answer} answer=${command.answer} />
  </section>`;
}
