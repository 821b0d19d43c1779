// The code blocks of a Markdown page, which are what people copy.
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const REPOSITORY = join(__dirname, '..', '..');

// The one block of a language in a page that says `part`.
function block(page, language, part) {
  const text = readFileSync(join(REPOSITORY, page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
  const found = blocks.filter(([, name, code]) => name === language && code.includes(part));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks of ${language} with ${part}`);
  return found[0][2];
}

// What a block of JavaScript or TypeScript exports; of one without exports, the function `name`.
function load(code, name) {
  const ts = require('typescript');
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const compiled = ts.transpileModule(code, { compilerOptions: options }).outputText;
  const module = { exports: {} };
  return new Function('require', 'exports', `${compiled}\nreturn exports.${name} ?? ${name};`)(require, module.exports);
}

module.exports = { block, load };
