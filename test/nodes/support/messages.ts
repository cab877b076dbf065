/** A message as a node got it. */
export interface Message {
  _msgid: string;
  payload: unknown;
  [property: string]: unknown;
}

/** What a Catch node puts in `msg.error`. */
export interface CaughtError {
  message: string;
  code?: string;
  source: { id: string; type: string; count: number };
}

export function errorOf(message: Message | undefined): CaughtError {
  return message?.error as CaughtError;
}

/** The alert that a message of a trigger is about. */
export function alertOf(message: Message | undefined): string | undefined {
  return (message?.sekoia as { alert?: { uuid: string } } | undefined)?.alert?.uuid;
}

/** What a trigger tells of a run in its message. */
export interface Run {
  id: string;
  attempt: number;
  source: string;
}

export function runOf(message: Message | undefined): Run {
  return (message?.sekoia as { run: Run }).run;
}

/** A status text without its time and numbers. */
export function stateOf(status: { text?: string }): string | undefined {
  return status.text?.split(' · ')[0];
}
