/** A structural OpenAPI schema, as `apiextensions.k8s.io/v1` takes it. */
export type Schema = Readonly<Record<string, unknown>>;

export const nonNegative: Schema = { type: 'integer', format: 'int32', minimum: 0 };

export const labelMap: Schema = {
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$' },
};

interface Complaint {
  readonly message: string;
  /** Relative to where the rule stands. */
  readonly fieldPath?: string;
  readonly reason?: 'FieldValueForbidden' | 'FieldValueInvalid';
}

/** A rule in CEL. One that names `oldSelf` is judged on updates only. */
export function rule(expression: string, complaint: Complaint): Schema {
  return { rule: expression, ...complaint };
}
