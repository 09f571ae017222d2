/** @module Stack traces that name lines of the TypeScript that the user wrote; nothing is read until one is asked for. */
import { SourceMap, type SourceMapPayload } from 'node:module';

type Prepare = typeof Error.prepareStackTrace;

/** The source map of a file as JSON; undefined when it runs as it was written. */
export type MapOf = (file: string) => string | undefined;

/** What `Error.prepareStackTrace` is while an app runs: without frames of loaders, which tell nothing of the app. */
export function mappedStacks(mapOf: MapOf): NonNullable<Prepare> {
  const maps = new Map<string, SourceMap | undefined>();
  const mapFor = (file: string): SourceMap | undefined => {
    if (!maps.has(file)) maps.set(file, parsed(mapOf(file)));
    return maps.get(file);
  };
  return (error, frames) =>
    [header(error), ...frames.filter(isOfApp).map((frame) => mapped(frame, mapFor))].join(
      '\n    at ',
    );
}

function isOfApp(frame: NodeJS.CallSite): boolean {
  const file = frame.getFileName() ?? '';
  return !/^node:(internal\/|async_hooks$)/.test(file) && !file.startsWith(__dirname);
}

function header(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

function mapped(frame: NodeJS.CallSite, mapFor: (file: string) => SourceMap | undefined): string {
  const text = String(frame);
  const file = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (!file || line === null || column === null) return text;
  const entry = mapFor(file)?.findEntry(line - 1, column - 1);
  if (!entry || !('originalLine' in entry)) return text;
  const place = `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return text.replace(`${file}:${line}:${column}`, () => place);
}

function parsed(text: string | undefined): SourceMap | undefined {
  if (text === undefined) return undefined;
  const payload: SourceMapPayload = JSON.parse(text);
  return new SourceMap(payload);
}
