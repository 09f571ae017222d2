/** @module Runs the app: in this process when the command is one that can, else in a shell. */
import type { Terminal } from '../main';
import { type AppEnd, type AppOptions, spawnApp } from './spawn';

export type { AppEnd, AppOptions } from './spawn';

/** Runs the app with its output folder set, and tells how it ended. */
export function runApp(app: string, options: AppOptions, terminal: Terminal): Promise<AppEnd> {
  return spawnApp(app, options, terminal);
}
