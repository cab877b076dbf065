import type { AlertPage } from '../sekoia/rest-client';

/** Where a page of the window begins. */
export interface WindowPlace {
  /** In epoch seconds. */
  readonly from: number;
  readonly offset: number;
  /** The alert at `offset`, when it must be the last of the page before. */
  readonly expected?: string;
  /** The page before held one alert: more do not come in time. */
  readonly single: boolean;
}

export function startOfWindow(from: number): WindowPlace {
  return { from, offset: 0, single: false };
}

/** The same moment again, from its first alert. */
export function startedAnew({ from }: WindowPlace): WindowPlace {
  return startOfWindow(from);
}

/** Whether the page lacks the alert that it must begin with. */
export function isOutOfStep({ expected }: WindowPlace, page: AlertPage): boolean {
  return expected !== undefined && page.items.every(({ uuid }) => uuid !== expected);
}

/**
 * If possible, the next page starts at a time, not at an offset, because the list can grow or shrink. It starts
 * one second earlier, because created_at is truncated to seconds and the bound may be exclusive.
 */
export function nextByTime({ from }: WindowPlace, newest: number): WindowPlace | undefined {
  return newest - 1 > from ? startOfWindow(newest - 1) : undefined;
}

/** Overlaps by one alert, which proves that no alert was skipped. */
export function nextByNumber({ from, offset }: WindowPlace, page: AlertPage): WindowPlace {
  const last = page.items.at(-1);
  // An item that is no alert cannot be recognised.
  if (last === undefined || page.items.length < page.sent)
    return { from, offset: offset + page.sent, single: false };
  return { from, offset: offset + page.sent - 1, expected: last.uuid, single: page.sent === 1 };
}
