// Writes the history of a long run, always the same: node history.js RECORDS FILE
//
// Batches of a shard follow one another; now and then a record fails, and comes again with those after it.
'use strict';

const { createHash } = require('node:crypto');
const { closeSync, openSync, writeSync } = require('node:fs');

const STREAM = 'flights';
const SHARDS = 4;
const KEYS = 2000;
const BATCH = 20;
const BEGIN = 1_795_951_753_000_000;
/** One record in so many fails the first time. */
const FAILS = 211;
const SPACE = 1n << 128n;

function md5(text) {
  return createHash('md5').update(text).digest('hex');
}

function shardOf(key) {
  return Number((BigInt(`0x${md5(key)}`) * BigInt(SHARDS)) / SPACE);
}

function shardName(shard) {
  return `shardId-${String(shard).padStart(12, '0')}`;
}

function uuid(text) {
  return md5(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function shardLine(shard) {
  const bound = (at) => (SPACE * BigInt(at)) / BigInt(SHARDS);
  return { event: 'shard', stream: STREAM, shard: shardName(shard), first_hash_key: `${bound(shard)}`, last_hash_key: `${bound(shard + 1) - 1n}` };
}

function produceLine(number, counts) {
  const key = `N${10_000 + ((number * 7919) % KEYS)}`;
  const sequence = counts.get(key) ?? 0;
  counts.set(key, sequence + 1);
  const start = BEGIN + number * 2000;
  const ids = md5(`context ${number}`);
  return {
    event: 'produce', stream: STREAM, group: key, order: { producer: '00000000000000ab', sequence }, outcome: 'acknowledged',
    shard: shardName(shardOf(key)), sequence_number: `4968067430591493811159769997378399124${String(number).padStart(19, '0')}`, start,
    end: start + 3000, context: { trace_id: ids, span_id: ids.slice(0, 16) }, payload_crc32: number,
  };
}

function processLine(put, start, request, outcome) {
  const ids = md5(`span ${request} ${put.sequence_number}`);
  return {
    event: 'process', stream: STREAM, group: put.group, shard: put.shard, sequence_number: put.sequence_number, order: put.order, outcome,
    ...(outcome === 'failed' && { error: 'the table did not answer' }), start, end: start + 400, function: 'consumer', request_id: request,
    format: 'envelope', span: { trace_id: put.context.trace_id, span_id: ids.slice(0, 16) }, relation: 'parent', context: put.context,
    payload_crc32: put.payload_crc32,
  };
}

/** The processings of a shard's records, batch after batch. */
function* processLines(puts) {
  const failed = new Set();
  let [at, free, batch] = [0, 0, 0];
  while (at < puts.length) {
    const records = puts.slice(at, at + BATCH);
    const request = uuid(`${puts[at].shard} ${batch++}`);
    let start = Math.max(free, records.at(-1).end) + 5000;
    for (const put of records) {
      const fails = put.payload_crc32 % FAILS === 0 && !failed.has(put);
      yield processLine(put, start, request, fails ? 'failed' : 'succeeded');
      start += 500;
      if (fails) {
        failed.add(put);
        break;
      }
      at++;
    }
    free = start;
  }
}

/** Writes the lines of so many records into a file. */
function write(records, path) {
  const counts = new Map();
  const puts = Array.from({ length: records }, (_, number) => produceLine(number, counts));
  const file = openSync(path, 'w');
  const add = (lines) => writeSync(file, lines.map((it) => `${JSON.stringify(it)}\n`).join(''));
  for (let shard = 0; shard < SHARDS; shard++) {
    const own = puts.filter((it) => it.shard === shardName(shard));
    add([shardLine(shard)]);
    add(own);
    add([...processLines(own)]);
  }
  closeSync(file);
}

module.exports = { write };
if (require.main === module) write(Number(process.argv[2]), process.argv[3]);
