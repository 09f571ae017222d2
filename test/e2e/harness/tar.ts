/** @module A layer of an image: plain files as a tar archive, the same bytes for the same files. */

/** Files of an image by their absolute path. */
export type Files = Readonly<Record<string, string | Buffer>>;

const BLOCK = 512;

/** A tar archive of the files, owned by root, readable and runnable by all; folders above them included. */
export function tar(files: Files): Buffer {
  const paths = Object.keys(files).sort();
  const folders = [...new Set(paths.flatMap(foldersAbove))].sort();
  const parts = folders.map((folder) => header(`${folder}/`, 0, '5'));
  for (const path of paths) {
    const content = Buffer.from(files[path] ?? '');
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    parts.push(header(path.replace(/^\//, ''), content.length, '0'), content, padding);
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function foldersAbove(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function header(name: string, size: number, type: '0' | '5'): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`A path in an image is too long: ${name}`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write('0000755\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
