/** Which call failed: `verb` as RBAC names it (`get`, `list`, `create`, ...), `path` without the query. */
export interface RequestLine {
  readonly verb: string;
  readonly path: string;
}

interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** `details` of a Kubernetes `Status`. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface KubeProblem {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: StatusDetails;
  readonly retryAfterSeconds?: number;
  readonly request: RequestLine;
}

/** The API server answered, and the answer is no. Carries the parsed `Status`, never headers or bodies. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** HTTP status code. */
  readonly status: number;
  /** `Status.reason`: NotFound, AlreadyExists, Conflict, Invalid, Forbidden, TooManyRequests, Expired, ...; never empty. */
  readonly reason: string;
  readonly details: StatusDetails;
  /** How long the server asked to wait, in seconds. */
  readonly retryAfterSeconds?: number;
  readonly request: RequestLine;

  constructor(problem: KubeProblem) {
    super(`${problem.request.verb} ${problem.request.path}: ${problem.reason} (${problem.status}): ${problem.message}`);
    this.status = problem.status;
    this.reason = problem.reason;
    this.details = problem.details ?? {};
    if (problem.retryAfterSeconds !== undefined) this.retryAfterSeconds = problem.retryAfterSeconds;
    this.request = problem.request;
  }
}

/** No answer: connection refused, reset, cut or timed out. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  /** `https://host:port` of the API server. */
  readonly address: string;
  /** The system's code (ECONNREFUSED, ECONNRESET, UND_ERR_CONNECT_TIMEOUT, ...), or `UNKNOWN`. */
  readonly code: string;
  /** False when the request provably never left: nothing can have happened on the server. */
  readonly sent: boolean;
  readonly request: RequestLine;

  constructor(problem: {
    readonly address: string;
    readonly code: string;
    readonly sent: boolean;
    readonly request: RequestLine;
    readonly cause?: unknown;
  }) {
    const { verb, path } = problem.request;
    const outcome = problem.sent ? 'the outcome is unknown' : 'nothing was sent';
    super(`${verb} ${path}: the API server at ${problem.address} cannot be reached (${problem.code}); ${outcome}`, {
      cause: problem.cause,
    });
    this.address = problem.address;
    this.code = problem.code;
    this.sent = problem.sent;
    this.request = problem.request;
  }
}

const has = (status: number, reason?: string) => (error: unknown) =>
  error instanceof KubeError && error.status === status && (reason === undefined || error.reason === reason);

/** 404: the object, its namespace or its kind does not exist. */
export const isNotFound: (error: unknown) => error is KubeError = has(404) as never;
export const isAlreadyExists: (error: unknown) => error is KubeError = has(409, 'AlreadyExists') as never;
/** A precondition (uid or resourceVersion) did not hold, or a server-side apply met another owner of the field. */
export const isConflict: (error: unknown) => error is KubeError = has(409, 'Conflict') as never;
/** 422: the object fails validation. */
export const isInvalid: (error: unknown) => error is KubeError = has(422) as never;
/** 403 of any kind: RBAC, admission, quota, a terminating namespace. */
export const isForbidden: (error: unknown) => error is KubeError = has(403) as never;

/** 410: the resourceVersion or the continue token is too old (`Expired` or `Gone`). */
export const isExpired: (error: unknown) => error is KubeError = has(410) as never;

/** A ResourceQuota refused the object. */
export function isQuota(error: unknown): error is KubeError {
  return isForbidden(error) && /exceeded quota|insufficient quota|failed quota/.test(error.message);
}

/** The namespace is being deleted and takes no new objects. */
export function isNamespaceTerminating(error: unknown): error is KubeError {
  return (
    isForbidden(error) &&
    (error.details.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true ||
      error.message.includes('because it is being terminated'))
  );
}

/** An admission webhook or policy refused the object. */
export function isAdmissionDenied(error: unknown): error is KubeError {
  return (
    error instanceof KubeError && /admission webhook .* denied|ValidatingAdmissionPolicy .* denied/.test(error.message)
  );
}

/** An admission webhook that must not be passed over does not answer: the server is well, but it will go on saying no. */
export function isAdmissionUnavailable(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 500 && error.message.includes('failed calling webhook');
}

export function isUnreachable(error: unknown): error is UnreachableError {
  return error instanceof UnreachableError;
}

/** Worth trying again later: unreachable, overloaded, or an internal error of the server. */
export function isTransient(error: unknown): error is KubeError | UnreachableError {
  return isUnreachable(error) || (error instanceof KubeError && (error.status === 429 || error.status >= 500));
}

/** Reads a `Status` body, or whatever a proxy answered instead. `conceal` hides what may not be told of the object that was sent. */
export function parseStatus(
  status: number,
  body: string,
  request: RequestLine,
  retryAfterSeconds: number | undefined,
  conceal: (text: string) => string = (text) => text,
): KubeError {
  const parsed = asStatus(body);
  const retryAfter = retryAfterSeconds ?? parsed?.details?.retryAfterSeconds;
  return new KubeError({
    status,
    reason: parsed?.reason === undefined || parsed.reason === '' ? reasonOf(status) : parsed.reason,
    message: conceal(parsed?.message ?? (body.trim().slice(0, 300) || 'no message')),
    ...(parsed?.details && { details: concealedDetails(parsed.details, conceal) }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
    request,
  });
}

function concealedDetails(details: StatusDetails, conceal: (text: string) => string): StatusDetails {
  const causes = details.causes?.map((cause) => ({
    ...cause,
    ...(cause.message && { message: conceal(cause.message) }),
  }));
  return { ...details, ...(causes && { causes }) };
}

interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

function asStatus(body: string): StatusBody | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'kind' in parsed && parsed.kind === 'Status'
      ? (parsed as StatusBody)
      : undefined;
  } catch {
    return undefined;
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function reasonOf(status: number): string {
  return reasons[status] ?? `HTTP${status}`;
}
