/** @module Whether two sets of objects are the same. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  difference,
  filesOf,
  mustEqualFolders,
  mustEqualObjects,
} from '../../../bench/harness/objects';
import { Different } from '../../../bench/harness/row';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-objects-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(path: string, text: string): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
}

const object = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

describe('values', () => {
  test('the order of keys does not count, that of items does', () => {
    expect(difference({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBeUndefined();
    expect(difference({ b: [1, 2] }, { b: [2, 1] })).toBe('/b/0: 1 and 2');
  });

  test.each([
    [{ a: { b: 'x' } }, { a: { b: 'y' } }, '/a/b: "x" and "y"'],
    [{ a: 1 }, {}, '/a: 1 and undefined'],
    [{}, { a: null }, '/a: undefined and null'],
    [[1], { 0: 1 }, '/: [1] and {"0":1}'],
    ['1', 1, '/: "1" and 1'],
  ])('%j and %j differ', (ours, peers, found) => {
    expect(difference(ours, peers)).toBe(found);
  });
});

describe('folders', () => {
  test('style does not count', () => {
    file('a/x.yaml', object('one', 'data: {k: "v"}\n'));
    file('b/x.yaml', `---\n${object('one', 'data:\n  k: v\n')}`);
    expect(mustEqualFolders(join(folder, 'a'), join(folder, 'b'))).toBeUndefined();
  });

  test('the order of documents does', () => {
    file('a/x.yaml', `${object('one')}---\n${object('two')}`);
    file('b/x.yaml', `${object('two')}---\n${object('one')}`);
    expect(() => mustEqualFolders(join(folder, 'a'), join(folder, 'b'))).toThrow(
      new Different('x.yaml/0/metadata/name: "one" and "two"'),
    );
  });

  test('the names of files do', () => {
    file('a/s/x.yaml', object('one'));
    file('b/s/y.yaml', object('one'));
    expect(filesOf(join(folder, 'a'))).toEqual([join('s', 'x.yaml')]);
    expect(() => mustEqualFolders(join(folder, 'a'), join(folder, 'b'))).toThrow(
      new Different('files/0: "s/x.yaml" and "s/y.yaml"'),
    );
  });

  test('nothing is not the same as nothing', () => {
    mkdirSync(join(folder, 'a'));
    expect(() => mustEqualFolders(join(folder, 'a'), join(folder, 'a'))).toThrow(
      new Different('files: there are none'),
    );
  });
});

describe('files of peers', () => {
  test('the order of objects does not count, nor do comments', () => {
    const ours = file('a.yaml', `${object('one')}---\n${object('two')}`);
    const peers = file('b.yaml', `---\n# Source: x\n${object('two')}---\n${object('one')}---\n`);
    expect(mustEqualObjects(ours, peers)).toBeUndefined();
  });

  test('an object that is missing or other is told', () => {
    const ours = file('a.yaml', `${object('one')}---\n${object('two')}`);
    expect(() => mustEqualObjects(ours, file('b.yaml', object('one')))).toThrow(
      /^objects\/1: \{"apiVersion":"v1".*\} and undefined$/,
    );
    const other = `${object('two')}---\n${object('one', 'data: {k: v}\n')}`;
    expect(() => mustEqualObjects(ours, file('c.yaml', other))).toThrow(
      new Different('objects/0/data: undefined and {"k":"v"}'),
    );
  });

  test('texts mean what they mean to Kubernetes: no is false', () => {
    const ours = file('a.yaml', object('one', 'data: {k: "no"}\n'));
    const peers = file('b.yaml', object('one', 'data: {k: no}\n'));
    expect(() => mustEqualObjects(ours, peers)).toThrow(
      new Different('objects/0/data/k: "no" and false'),
    );
  });
});
