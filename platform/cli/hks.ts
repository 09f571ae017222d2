#!/usr/bin/env node
/** @module The `hks` program: the command of main.ts, with what was compiled of it before. */
import { setFlagsFromString } from 'node:v8';
import { keepCompiled } from './app/compiled';

// Node 20's V8 optimises early, and a run of a second ends before that pays. Seven times as late takes a tenth off the
// CPU time of a small app, a third off that of 1,000 objects, and nothing from 12,000; later versions have no such flag.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');

const scripts = keepCompiled(process.cwd());
const { main }: typeof import('./main.js') = require('./main.js');
const { stdout, stderr, env } = process;
let isLost = false;
stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads the output may have seen enough, as head(1) has.
  if (error.code === 'EPIPE' || isLost) return;
  isLost = true;
  stderr.write(`error: ${error.message}\n`);
});
main(process.argv.slice(2), { cwd: process.cwd(), env, stdout, stderr }).then((code) => {
  scripts.save();
  // An app that failed may have left something that goes on. What was said goes out first.
  stdout.write('', () => {
    // A write that failed is told after what waits for it.
    setImmediate(() => stderr.write('', () => process.exit(isLost ? code || 1 : code)));
  });
});
