import {
  isAdmissionDenied,
  isNamespaceTerminating,
  isQuota,
  KubeError,
  UnreachableError as NoAnswer,
} from '../kube/errors.ts';
import { InvalidNameError } from '../kube/resources.ts';
import { shortened } from './shortened.ts';

/** What went wrong, for code that decides on it. */
export type OrdinalErrorCode =
  | 'NotFound'
  | 'Forbidden'
  | 'Unauthorized'
  | 'Unreachable'
  | 'Invalid'
  | 'Conflict'
  | 'NoSuchRevision'
  | 'Refused'
  | 'Timeout'
  /** The kubeconfig or its context cannot be used. */
  | 'Configuration';

/** Every error that the SDK throws on purpose. The message is for a person: what happened, to which object, what to do. */
export class OrdinalError extends Error {
  override readonly name: string = 'OrdinalError';
  readonly code: OrdinalErrorCode;

  constructor(code: OrdinalErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** There is no such object, or its kind is not served. */
export class NotFoundError extends OrdinalError {
  override readonly name = 'NotFoundError';

  constructor(message: string, cause?: unknown) {
    super('NotFound', message, cause);
  }
}

/** The cluster's authorization refused the call: `verb` and `resource` are what a Role has to allow. */
export class ForbiddenError extends OrdinalError {
  override readonly name = 'ForbiddenError';
  readonly verb: string;
  readonly resource: string;

  constructor(verb: string, resource: string, message: string, cause?: unknown) {
    super('Forbidden', message, cause);
    this.verb = verb;
    this.resource = resource;
  }
}

/** Nobody answers at `address`. */
export class UnreachableError extends OrdinalError {
  override readonly name = 'UnreachableError';
  readonly address: string;

  constructor(address: string, message: string, cause?: unknown) {
    super('Unreachable', message, cause);
    this.address = address;
  }
}

/** A field and what is wrong with it; the path is as the API server writes it (`spec.replicas`). */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** The object, or the change, is not valid. */
export class InvalidError extends OrdinalError {
  override readonly name = 'InvalidError';
  readonly fields: readonly FieldProblem[];

  constructor(message: string, fields: readonly FieldProblem[] = [], cause?: unknown) {
    super('Invalid', message, cause);
    this.fields = fields;
  }
}

/** Somebody else has changed the object meanwhile, or owns the fields (server-side apply); `fields` says which, by whom. */
export class ConflictError extends OrdinalError {
  override readonly name = 'ConflictError';
  readonly fields: readonly FieldProblem[];

  constructor(message: string, fields: readonly FieldProblem[] = [], cause?: unknown) {
    super('Conflict', message, cause);
    this.fields = fields;
  }
}

/** The typed error for what a call to the API server threw; anything unknown is returned as it is. */
export function translate(error: unknown, subject: string): unknown {
  if (error instanceof NoAnswer) {
    const message = `cannot reach the Kubernetes API server at ${error.address} (${error.code}); is it running, and is this the right context?`;
    return new UnreachableError(error.address, message, error);
  }
  if (error instanceof InvalidNameError) return new InvalidError(error.message, [], error);
  if (!(error instanceof KubeError)) return error;
  const said = saidBy(error);
  const untyped = schemaFields(said);
  if (untyped.length > 0) return new InvalidError(`${subject} is invalid`, untyped, error);
  switch (error.status) {
    case 404:
      return new NotFoundError(`${subject} not found`, error);
    case 401:
      return new OrdinalError('Unauthorized', `the API server does not accept the credentials: ${said}`, error);
    case 403:
      // No matter of rights: what is full or ends may be otherwise later, what a policy does not let in stays out.
      if (isAdmissionDenied(error)) return new InvalidError(`${subject}: ${said}`, [], error);
      if (isQuota(error) || isNamespaceTerminating(error))
        return new OrdinalError('Refused', `${subject}: ${said}`, error);
      return forbidden(error, `${subject}: ${said}`);
    case 409:
      return new ConflictError(`${subject}: ${said}`, fieldsOf(error), error);
    case 400:
      return new InvalidError(`${subject} is invalid: ${said}`, strictFields(said), error);
    case 422:
      return new InvalidError(`${subject} is invalid`, fieldsOf(error), error);
    default:
      return new OrdinalError('Refused', `${subject}: ${said}`, error);
  }
}

function forbidden(error: KubeError, message: string): ForbiddenError {
  const { verb, path } = error.request;
  const resource = resourceIn(path);
  const [, group = ''] = /^\/apis\/([^/]+)\//.exec(path) ?? [];
  const [, namespace] = /\/namespaces\/([^/]+)\/[^/]/.exec(path) ?? [];
  const asked = `${verb} ${resource}${group === '' ? '' : `.${group}`}${namespace === undefined ? ' -A' : ` -n ${namespace}`}`;
  return new ForbiddenError(
    verb,
    resource,
    `${message}; see kubectl auth can-i ${asked}, and ask for a Role that allows it`,
    error,
  );
}

/** Runs a call and throws its failure as one of the errors above. */
export async function translating<T>(subject: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(error, subject);
  }
}

function saidBy(error: KubeError): string {
  const prefix = `${error.reason} (${error.status}): `;
  const at = error.message.indexOf(prefix);
  return shortened(at < 0 ? error.message : error.message.slice(at + prefix.length));
}

function fieldsOf(error: KubeError): FieldProblem[] {
  const causes = error.details.causes ?? [];
  if (causes.length === 0) return [{ path: '', message: saidBy(error) }];
  return causes.map(({ field = '', message = '' }) => ({
    path: field.replace(/^\./, ''),
    message: shortened(message),
  }));
}

/** `strict decoding error: unknown field "spec.replica", ...`: the server names such fields only in its sentence. */
function strictFields(said: string): FieldProblem[] {
  const found = [...said.matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
  return found.map(([, kind = '', path = '']) => ({ path, message: `${kind} field` }));
}

/** `.spec.replica: field not declared in schema`: what server-side apply says of a manifest that does not fit the schema. */
function schemaFields(said: string): FieldProblem[] {
  if (!said.includes('typed patch object')) return [];
  const found = [
    ...said.matchAll(/(?:^|\s)(\.[^\s:]+|\.[^:]*\[[^\]]*\][^\s:]*): (field not declared in schema|expected [^\n]*)/g),
  ];
  return found.map(([, path = '', message = '']) => ({
    path: path.replace(/^\./, ''),
    message: message === 'field not declared in schema' ? 'unknown field' : message,
  }));
}

function resourceIn(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const rest = parts[0] === 'api' ? parts.slice(2) : parts.slice(3);
  return (rest[0] === 'namespaces' && rest.length > 2 ? rest[2] : rest[0]) ?? path;
}
