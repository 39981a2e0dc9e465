import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Step } from '../model/plan.ts';
import type { NextSteps, OperationInput, StepResult } from './messages.ts';
import { searchAttributes } from './search-attributes.ts';
import { shortRevision } from './summary.ts';

type Phase = 'Running' | 'Waiting' | 'Stuck';

interface Row {
  readonly state: string;
  readonly revision: string;
  readonly since: string;
}

/** Rows kept for the table: the details of a workflow are limited to 20,000 bytes. */
const mostRows = 100;

/** What a person reads of a running operation in the Temporal UI: a line that says how far it is, why it waits, and a table of ordinals. */
export class Progress {
  readonly #input: OperationInput;
  readonly #rows = new Map<number, Row>();
  /** Steps that were handed out and have not ended, in working order. */
  readonly #underWay: Step[] = [];
  #phase: Phase = 'Running';
  #head: readonly string[] = [];

  constructor(input: OperationInput) {
    this.#input = input;
  }

  /** A step was handed out; it is at work when fewer than `abreast` before it are under way, else it waits for its turn. */
  started(step: Step, abreast: number): void {
    this.#underWay.push(step);
    if (this.#underWay.length <= abreast) this.#atWork(step);
    else this.#rowsOf(step, 'next');
  }

  finished(step: Step, result: StepResult, abreast: number): void {
    const index = this.#underWay.indexOf(step);
    this.#underWay.splice(index, 1);
    const state = result.outcome === 'settled' ? (step.verb === 'settle' ? 'settled' : 'removed') : result.outcome;
    this.#rowsOf(step, state);
    const next = this.#underWay[abreast - 1];
    if (next !== undefined && index < abreast) this.#atWork(next);
  }

  /** Writes the details with what was last said and the table as it is now. */
  paint(): void {
    setCurrentDetails([...this.#head, '', ...this.#table()].join('\n'));
  }

  /** Writes the details, and the phase where it has changed (each change is an event in the history). */
  show(plan: NextSteps, done: number, waiting = plan.waiting): void {
    const phase: Phase = waiting === undefined ? 'Running' : waiting.stuck ? 'Stuck' : 'Waiting';
    const lines = [
      `**${this.#input.operation}**: ${done} done, ${plan.remaining} to go; when this was planned, ${plan.counts.available} of ${plan.counts.desired} were available`,
    ];
    if (waiting !== undefined) {
      const since = waiting.since === undefined ? '' : ` since ${waiting.since}`;
      lines.push('', `**${phase}** (${waiting.reason}${since}): ${waiting.message}`);
    }
    this.#head = lines;
    this.paint();
    if (phase === this.#phase) return;
    this.#phase = phase;
    upsertSearchAttributes([{ key: searchAttributes.phase, value: phase }]);
  }

  #atWork(step: Step): void {
    this.#rowsOf(step, step.verb === 'settle' ? 'in progress' : 'leaving');
  }

  #rowsOf(step: Step, state: string): void {
    for (const ordinal of step.ordinals) this.#row(ordinal, state, step);
  }

  #row(ordinal: number, state: string, step: Step): void {
    this.#rows.delete(ordinal);
    const since = new Date(Date.now()).toISOString().slice(0, 19).replace('T', ' ');
    this.#rows.set(ordinal, { state, revision: shortRevision(step.revision), since });
    const oldest = this.#rows.keys().next();
    if (this.#rows.size > mostRows && !oldest.done) this.#rows.delete(oldest.value);
  }

  /** Preformatted: the UI sets the cells of a Markdown table without any space between them. */
  #table(): string[] {
    const { name } = this.#input.set;
    const rows = [...this.#rows].sort(([a], [b]) => a - b);
    const cells = rows.map(([ordinal, { state, revision, since }]) => [`${name}-${ordinal}`, state, revision, since]);
    const table = [['pod', 'state', 'revision', 'since (UTC)'], ...cells];
    const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
    const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
    return ['```', ...lines, '```'];
  }
}
