/** Why a trigger cannot do what was requested. */
export class TriggerNotReadyError extends Error {
  constructor(
    readonly reason: 'off' | 'not-ready',
    message: string,
  ) {
    super(message);
  }
}

export function notReady(message: string): TriggerNotReadyError {
  return new TriggerNotReadyError('not-ready', message);
}
