/** A part of the report: a Markdown table, and whether its goals were met. */
export interface Report {
  title: string;
  markdown: string;
  goals: Goal[];
}

export interface Goal {
  what: string;
  measured: string;
  wanted: string;
  met: boolean;
}

/** How much is measured. Quick is for a first look; its figures are not to be published. */
export interface Extent {
  quick: boolean;
  rounds: number;
}

type Show = (value: number) => string;

export function atLeast(what: string, value: number, goal: number, show: Show): Goal {
  return { what, measured: show(value), wanted: `at least ${show(goal)}`, met: value >= goal };
}

export function atMost(what: string, value: number, goal: number, show: Show): Goal {
  return { what, measured: show(value), wanted: `at most ${show(goal)}`, met: value <= goal };
}
