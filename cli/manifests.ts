import { readdir, readFile, stat } from 'node:fs/promises';
import type { SetFlavour } from '../model/objects.ts';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CommandError, exitCodes, usageError } from './exit.ts';
import { kubectlYaml } from './kubectl-yaml.ts';

/** An object of a file, with where it stands. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface Document {
  readonly object: ManifestObject;
  /** `web.yaml`, or `web.yaml, document 2`. */
  readonly place: string;
}

/**
 * All objects of files, folders (their .yaml, .yml and .json files by name; `recursive`: also those of the folders within) or `-` for stdin.
 * Lists are taken apart.
 */
export async function readManifests(
  paths: readonly string[],
  stdin: () => Promise<string>,
  { recursive = false }: { readonly recursive?: boolean } = {},
): Promise<readonly Document[]> {
  const documents: Document[] = [];
  for (const path of paths) {
    for (const file of await filesAt(path, recursive)) {
      const text = file === '-' ? await stdin() : await readFile(file, 'utf8');
      documents.push(...parseManifests(text, file === '-' ? 'stdin' : file));
    }
  }
  if (documents.length === 0) throw usageError(`no objects in ${paths.join(', ')}`);
  return documents;
}

/** The objects in a text. Throws an error that names the place of what is no object. */
export function parseManifests(text: string, file: string): Document[] {
  const parsed = parseAllDocuments(text, kubectlYaml);
  const found: Document[] = [];
  for (const [index, document] of [...parsed].entries()) {
    const place = [...parsed].length > 1 ? `${file}, document ${index + 1}` : file;
    const [problem] = document.errors;
    if (problem !== undefined) throw new CommandError(exitCodes.failed, `${place}: ${problem.message}`);
    const value: unknown = document.toJS();
    if (value === null) continue;
    const items = isList(value) ? value.items : [value];
    for (const item of items) found.push({ object: checked(item, place), place });
  }
  return found;
}

async function filesAt(path: string, recursive: boolean): Promise<string[]> {
  if (path === '-') return ['-'];
  if (/^https?:\/\//.test(path)) {
    throw usageError(`"${path}": files and folders only; fetch it yourself: curl -fsSL ${path} | ordinal apply -f -`);
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw usageError(`the path "${path}" does not exist`);
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path, { recursive })).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  if (names.length === 0 && !recursive && (await readdir(path)).length > 0) {
    throw usageError(`no manifests in the folder "${path}" itself; with those of the folders within: -R`);
  }
  return names.map((name) => join(path, name));
}

function isList(value: unknown): value is { readonly items: readonly unknown[] } {
  return (
    isObject(value) &&
    typeof value['kind'] === 'string' &&
    value['kind'].endsWith('List') &&
    Array.isArray(value['items'])
  );
}

function checked(value: unknown, place: string): ManifestObject {
  const problem = (text: string) => new CommandError(exitCodes.failed, `${place}: ${text}`);
  if (!isObject(value)) throw problem('an object is wanted, with apiVersion, kind and metadata');
  if (typeof value['apiVersion'] !== 'string') throw problem('apiVersion: a text is wanted, for example apps/v1');
  if (typeof value['kind'] !== 'string') throw problem('kind: a text is wanted, for example StatefulSet');
  const { metadata } = value;
  const name = isObject(metadata) ? metadata['name'] : undefined;
  if (typeof name === 'boolean' || typeof name === 'number') {
    throw problem(`metadata.name: ${name} is no text; put it in quotes`);
  }
  if (!isObject(metadata) || typeof metadata['name'] !== 'string' || metadata['name'] === '') {
    throw problem(`metadata.name: a name is wanted for this ${value['kind']}`);
  }
  return value as unknown as ManifestObject;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A set of either API. */
export function isSet(object: ManifestObject): object is ManifestObject & { readonly apiVersion: SetFlavour } {
  const { apiVersion, kind } = object;
  return kind === 'StatefulSet' && (apiVersion === 'apps/v1' || apiVersion === 'ordinal.dev/v1');
}
