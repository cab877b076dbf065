/** A part of the report: Markdown, and whether its goals were met. */
export interface Report {
  title: string;
  markdown: string;
  goals: Goal[];
}

export interface Goal {
  what: string;
  met: boolean;
}

/** How much is measured. Quick is for a first look; its figures are not to be published. */
export interface Extent {
  quick: boolean;
  rounds: number;
}

export function atLeast(what: string, value: number, goal: number, shown: (value: number) => string): Goal {
  return { what: `${what}: ${shown(value)} (goal: at least ${shown(goal)})`, met: value >= goal };
}

export function atMost(what: string, value: number, goal: number, shown: (value: number) => string): Goal {
  return { what: `${what}: ${shown(value)} (goal: at most ${shown(goal)})`, met: value <= goal };
}
