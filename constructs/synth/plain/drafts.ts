/** @module The files of one run, made beside the output folder's content and moved there together. */
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { invalid } from '../../invalid';
import { Draft } from './draft';

/** Followed by the process that makes the drafts. */
const STAGING = '.hks-plain-';

/** New files of a folder, which has none of them before all are made. */
export class Drafts {
  private readonly folders = new Set<string>();
  /** By path in the folder: where its draft is; undefined for a file that is there as it should be. */
  private readonly files = new Map<string, string | undefined>();
  private staging: string | undefined;
  /** The outermost folder that was made for the drafts. */
  private made: string | undefined;
  private count = 0;

  constructor(private readonly outdir: string) {}

  addFolder(path: string): void {
    refuseOther(join(this.outdir, path), 'folder');
    this.folders.add(path);
  }

  /** The latest content of a path counts. */
  addFile(path: string, parts: Iterable<string>): void {
    refuseOther(join(this.outdir, path), 'file');
    let draft: string | undefined;
    const pathOfDraft = () => {
      draft = join(this.stage(), String(this.count++));
      return draft;
    };
    new Draft(join(this.outdir, path), pathOfDraft).write(parts);
    this.files.set(path, draft);
  }

  /** Moves the drafts to their places. */
  commit(): void {
    mkdirSync(this.outdir, { recursive: true });
    this.made = undefined;
    for (const folder of this.folders) mkdirSync(join(this.outdir, folder), { recursive: true });
    for (const [path, draft] of this.files) {
      if (draft === undefined) continue;
      mkdirSync(dirname(join(this.outdir, path)), { recursive: true });
      put(draft, join(this.outdir, path));
    }
  }

  /** Removes what is not in its place. */
  discard(): void {
    if (this.staging) rmSync(this.staging, { recursive: true, force: true });
    if (this.made) rmSync(this.made, { recursive: true, force: true });
  }

  private stage(): string {
    if (this.staging) return this.staging;
    this.made = mkdirSync(this.outdir, { recursive: true });
    removeLeft(this.outdir);
    this.staging = join(this.outdir, `${STAGING}${process.pid}`);
    mkdirSync(this.staging);
    return this.staging;
  }
}

/** @throws for a folder where a file is to be, and the other way round */
function refuseOther(path: string, wanted: 'file' | 'folder'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isDirectory() === (wanted === 'folder')) return;
  throw invalid('HksApp', {
    prop: 'outdir',
    rule: `must hold no ${wanted === 'file' ? 'folder' : 'file'} where a ${wanted} is to be written`,
    received: path,
    fix: `Move it away, or name another 'outdir'`,
  });
}

/** A file that was there keeps its mode, and a link goes on leading to the file, as when it is written over. */
function put(draft: string, path: string): void {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old) chmodSync(draft, old.mode);
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) copyFileSync(draft, path);
  else renameSync(draft, path);
}

/** Removes the drafts of processes that were killed. */
function removeLeft(outdir: string): void {
  for (const name of readdirSync(outdir).filter((name) => name.startsWith(STAGING)))
    if (!isAlive(Number(name.slice(STAGING.length))))
      rmSync(join(outdir, name), { recursive: true });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
