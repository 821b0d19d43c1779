// A button that gives a command to the run, and shows the answer.
import { useState } from "preact-hooks";
import { html } from "kinetrace/html";
import { tell } from "kinetrace/source";

/** Gives commands: `{answer: {text, isError} | null, give(words), isBusy}`. */
export function useCommand() {
  const [answer, setAnswer] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const give = async (words) => {
    setBusy(true);
    try {
      setAnswer({ words, text: await tell(words), isError: false });
    } catch (error) {
      setAnswer({ words, text: error.message, isError: true });
    }
    setBusy(false);
  };
  return { answer, give, isBusy };
}

export function Command({ words, label }) {
  const { answer, give, isBusy } = useCommand();
  return html`<div class="command"><button disabled=${isBusy} onClick=${() => give(words)}>${label}</button>
    <${Answer} answer=${answer} /></div>`;
}

export function Answer({ answer }) {
  return html`<output class=${answer?.isError ? "answer error" : "answer"}>${answer && (answer.text.trim() || "Done.")}</output>`;
}
