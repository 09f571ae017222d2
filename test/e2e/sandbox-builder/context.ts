/** @module A build's context: what the control plane uploads to the registry, as a blob of the tenant. */
import { gzipSync } from 'node:zlib';
import { askRegistry, digestOf } from '../harness';

/** Uploads the files as one tar.gz and returns its digest. */
export async function uploadContext(
  repository: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const archive = contextArchive(files);
  const digest = digestOf(archive);
  const start = await askRegistry(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const url = new URL(start.headers.get('location') ?? '', start.url);
  url.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const answer = await askRegistry(url, { method: 'PUT', body: new Uint8Array(archive), headers });
  if (answer.status !== 201) throw new Error(`The registry answered ${answer.status}.`);
  return digest;
}

/** The files as a tar.gz. */
export function contextArchive(files: Readonly<Record<string, string>>): Buffer {
  return gzipSync(contextTar(files));
}

/** A tar archive with the paths as they are given, also those that no archive should have. */
function contextTar(files: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    return [
      header(path, content.length),
      content,
      Buffer.alloc((512 - (content.length % 512)) % 512),
    ];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
