#!/usr/bin/env node
/** @module The `hks` program: the command of main.ts, with what was compiled of it before. */
import { keepCompiled } from './app/compiled';

const scripts = keepCompiled(process.cwd());
const { main }: typeof import('./main.js') = require('./main.js');
const { stdout, stderr, env } = process;
// Who reads the output may have seen enough, as head(1) has.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
main(process.argv.slice(2), { cwd: process.cwd(), env, stdout, stderr }).then((code) => {
  scripts.save();
  // An app that failed may have left something that goes on. What was said goes out first.
  stdout.write('', () => stderr.write('', () => process.exit(code)));
});
