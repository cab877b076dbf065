import { make } from '../../../lib/editor/dom';
import type { TemplateProblem } from '../../../lib/template';

export interface ProblemListTexts {
  /** The place of a problem: `Line 3, column 12`. */
  place(problem: TemplateProblem): string;
  readonly none: string;
}

/** Lists the problems of the template. Each one is a button that moves the cursor to the problem. */
export function showProblems(
  list: HTMLElement,
  problems: readonly TemplateProblem[],
  texts: ProblemListTexts,
  goTo: (problem: TemplateProblem) => void,
): void {
  const rows = problems.map((problem) => {
    const text = make('span', {}, problem.reason);
    text.prepend(make('span', { class: 'sekoia-template-place' }, `${texts.place(problem)}: `));
    const button = make('button', { type: 'button' });
    button.append(icon('fa-exclamation-triangle'), text);
    button.addEventListener('click', () => goTo(problem));
    const row = make('li', { class: 'sekoia-template-problem' });
    row.append(button);
    return row;
  });
  if (rows.length === 0) {
    const row = make('li', { class: 'sekoia-template-no-problem' });
    row.append(icon('fa-check'), make('span', {}, texts.none));
    rows.push(row);
  }
  list.replaceChildren(...rows);
}

function icon(name: string): HTMLElement {
  return make('i', { class: `fa ${name}`, 'aria-hidden': 'true' });
}
