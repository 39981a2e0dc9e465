import { parseAllDocuments } from 'yaml';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Objects by kind, namespace and name, so that two installations can be compared whatever their order. Throws when one is there twice. */
export function byName(objects: readonly object[]): Readonly<Record<string, object>> {
  const found: Record<string, object> = {};
  for (const object of objects as readonly Named[]) {
    const key = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (found[key] !== undefined) throw new Error(`${key} is there twice`);
    found[key] = object;
  }
  return found;
}

/** The objects of a YAML text. */
export function objectsIn(text: string): readonly object[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as object | null) ?? []);
}
