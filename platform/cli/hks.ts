#!/usr/bin/env node
/** @module The `hks` program: the command of main.ts, with what was compiled of it before. */
import { keepCompiled } from './app/compiled';

const scripts = keepCompiled(process.cwd());
const { main }: typeof import('./main.js') = require('./main.js');
const { stdout, stderr, env } = process;
main(process.argv.slice(2), { cwd: process.cwd(), env, stdout, stderr }).then((code) => {
  scripts.save();
  // An app that failed may have left something that goes on.
  process.exit(code);
});
