import type { EditorNode } from '../../../lib/editor/editor-node';
import { FILTER_NAMES, type FilterName, type Selection } from './filters';
import { shorten } from './shorten';

const NAME_CHARACTERS = 60;

/** What the node does, as a sentence: `New alerts of urgency 70–100 from any rule, from now on.` */
export function summarize(
  translate: EditorNode['_'],
  selection: Selection,
  labelOf: (filter: FilterName, value: string) => string,
): string {
  const text = (key: string, values?: Record<string, string | number>): string =>
    translate(`sekoia-alert-created.summary.${key}`, values);
  const filter = (name: FilterName): string => {
    const values = selection.lists[name];
    const [first, second] = values.map((value) => shorten(labelOf(name, value), NAME_CHARACTERS));
    if (first === undefined) return name === 'rules' ? text('any-rule') : '';
    const list =
      second === undefined
        ? text('one', { first })
        : values.length === 2
          ? text('two', { first, second })
          : text('more', { first, number: values.length - 1 });
    return text(name, { list });
  };
  return text('sentence', {
    urgency: urgency(selection, text),
    filters: FILTER_NAMES.map(filter).join(''),
    start: selection.startFrom === 'ago' ? text('ago', { hours: selection.startAgoHours }) : text('now'),
  });
}

function urgency(
  { urgencyMin: min, urgencyMax: max }: Selection,
  text: (key: string, values?: Record<string, string | number>) => string,
): string {
  if (min === '0' && max === '100') return text('any-urgency');
  return min === max ? text('exact-urgency', { min }) : text('urgency', { min, max });
}
