// Runs `kinetrace local`, on ports that are free, until it is told to end.
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { createInterface } = require('node:readline');
const { join } = require('node:path');

const REPOSITORY = join(__dirname, '..', '..');
const KINETRACE = process.env.KINETRACE ?? join(REPOSITORY, 'target', 'debug', 'kinetrace');
const FLIGHTS = join(REPOSITORY, 'data', 'flights-2013-01-01_07.ndjson');
const PORTS = ['--kinesis-port', '0', '--otlp-port', '0', '--url-port', '0', '--page-port', '0'];
// Lambda reads a shard once a second; a test need not wait for that.
const PACE = ['--poll-interval-ms', '5'];

/** kinetrace's own consumer, which takes any JSON, and the mapping that it is made for. */
const CONSUMER = ['--command', `consumer=${KINETRACE} bootstrap consumer`, '--report-batch-item-failures'];

/** The pipeline of this repository's template, which puts flights through the function `producer`, so many a second and in all. */
function pipeline(rate, limit) {
  const program = (name, function_) => ['--command', `${name}=${KINETRACE} bootstrap ${function_}`];
  const input = ['--input', FLIGHTS, '--group-by', 'tailnum', '--rate', String(rate), '--limit', String(limit)];
  // An environment that hangs is to be killed from the page, before its time is up.
  const template = ['--template', 'template.yaml', '--timeout', '300'];
  return [...template, ...program('ConsumerFunction', 'consumer'), ...program('ProducerFunction', 'producer'), ...input];
}

/** What the start says of where things are. */
const ADDRESSES = { kinesis: /AWS_ENDPOINT_URL_KINESIS=(\S+)/, page: /^page\s+(\S+)/ };

/** A server that does not listen by then never will. */
const PATIENCE_MS = 30_000;

// The runner's way to end a test that takes too long; what was started must not outlive it.
process.once('SIGTERM', () => process.exit(1));

/** With none of the variables that would configure an SDK or a proxy. */
const ENVIRONMENT = { PATH: process.env.PATH, HOME: '/nonexistent' };

class Local {
  /** Starts it with these arguments, and waits until all of its servers listen. */
  static async start(...given) {
    const child = spawn(KINETRACE, ['local', ...PORTS, ...PACE, ...given], { cwd: REPOSITORY, env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] });
    const it = new Local(child);
    await it.#isThere();
    return it;
  }

  constructor(child) {
    this.child = child;
    this.output = [];
    this.addresses = {};
    this.ended = once(child, 'exit').then(([code]) => code);
    this.there = withResolvers();
    process.on('exit', () => child.kill('SIGKILL'));
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => this.#read(line));
  }

  #read(line) {
    this.output.push(line);
    for (const [name, pattern] of Object.entries(ADDRESSES)) this.addresses[name] ??= pattern.exec(line)?.[1];
    if (Object.keys(ADDRESSES).every((name) => this.addresses[name])) this.there.resolve();
  }

  async #isThere() {
    const early = this.ended.then((code) => Promise.reject(new Error(`it ended with ${code}:\n${this.said()}`)));
    const late = new Promise((_, reject) => {
      this.patience = setTimeout(() => reject(new Error(`it does not say where it listens:\n${this.said()}`)), PATIENCE_MS);
    });
    await Promise.race([this.there.promise, early, late]).finally(() => clearTimeout(this.patience));
    early.catch(() => {});
  }

  said() {
    return this.output.join('\n');
  }

  /** As with Ctrl-C; returns the exit code. */
  async stop() {
    this.child.kill('SIGINT');
    return this.ended;
  }
}

// As Promise.withResolvers, which Node.js 20 does not have.
function withResolvers() {
  let resolve;
  const promise = new Promise((it) => (resolve = it));
  return { promise, resolve };
}

/** Runs another command of kinetrace to its end, which has to be a good one. */
async function kinetrace(...given) {
  const child = spawn(KINETRACE, given, { cwd: REPOSITORY, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`kinetrace ${given.join(' ')} ended with ${code}:\n${said}`);
  return said;
}

module.exports = { CONSUMER, FLIGHTS, Local, kinetrace, pipeline };
