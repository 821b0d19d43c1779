// Something that has to be asked for: while it comes, when it is there, and where it cannot be had.
import { useEffect, useState } from "preact-hooks";

/** `{value}` when it is there, `{error}` where it failed, `{}` until then. Asked again when one of `of` changes. */
export function useAsked(ask, of) {
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    let isCurrent = true;
    setAnswer({});
    ask().then(
      (value) => isCurrent && setAnswer({ value }),
      (error) => isCurrent && setAnswer({ error: error.message }),
    );
    return () => (isCurrent = false);
  }, of);
  return answer;
}
