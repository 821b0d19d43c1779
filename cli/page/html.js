// Templates without a build step: htm reads them, Preact draws them.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
