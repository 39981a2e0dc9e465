import type { ControllerRevision, PodTemplate } from './objects.ts';
import { revisionData, serializeRevision } from './revision-data.ts';

/**
 * On a revision of our own resource: the templates, as users wrote them, that are this revision once the API server has filled in its
 * defaults. Whoever sees the set and its revisions knows by it which revision a template is, without asking the API server.
 */
export const templateHashesAnnotation = 'ordinal.dev/template-hashes';

/** Ways to write the same template that are remembered; one that is forgotten is only asked about again. */
const mostRemembered = 16;

/** Tells templates apart as they are written: 64 bits, hexadecimal. */
export function templateHash(template: PodTemplate): string {
  const text = serializeRevision(revisionData(template));
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
  }
  return hex(high) + hex(low);
}

export function knowsTemplate({ metadata }: ControllerRevision, hash: string): boolean {
  return metadata.annotations?.[templateHashesAnnotation]?.split(' ').includes(hash) === true;
}

/** The annotation of a revision that is to know this template, too. */
export function withTemplate(annotations: Readonly<Record<string, string>> | undefined, hash: string): string {
  const known = annotations?.[templateHashesAnnotation]?.split(' ') ?? [];
  return [...known, hash].slice(-mostRemembered).join(' ');
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
