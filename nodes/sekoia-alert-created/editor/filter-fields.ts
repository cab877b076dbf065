import { byId, make, makeIcon } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { TagInput } from '../../../lib/editor/tag-input';
import { Choices } from './choices';
import { FILTER_KINDS, FILTER_NAMES, type FilterName, listOf } from './filters';

const ICONS: Readonly<Record<FilterName, string>> = {
  rules: 'gavel',
  entities: 'building-o',
  alertTypes: 'tags',
  statuses: 'flag-o',
  communities: 'users',
};

export type FilterFields = Readonly<Record<FilterName, TagInput>>;

/** Makes a tag field for each filter, with the tenant's own names as suggestions. */
export function makeFilterFields(node: EditorNode, onChange: () => void): FilterFields {
  const config = byId<HTMLSelectElement>('node-input-config');
  const live = byId('sekoia-alert-created-live');
  const choices = new Choices(node, () => (config.value === '_ADD_' ? '' : config.value));
  const text = (key: string, values?: Record<string, string | number>): string =>
    node._(`sekoia-alert-created.tags.${key}`, values);
  const rows = FILTER_NAMES.map((name) => makeFilterRow(node, name));
  byId('sekoia-alert-created-filters').append(...rows, makeHintRow(node));
  const makeField = (name: FilterName): TagInput =>
    new TagInput({
      input: byId(idOf(name)),
      values: listOf(node[name]),
      suggest: (search) => choices.search(FILTER_KINDS[name], search),
      texts: {
        placeholder: node._(`sekoia-alert-created.placeholder.${name}`),
        searching: text('searching'),
        nothingFound: text('nothing-found'),
        use: (entry) => text('use', { entry }),
        remove: (entry) => text('remove', { entry }),
        added: (entry) => text('added', { entry }),
        removed: (entry) => text('removed', { entry }),
        found: (number) => text('found', { number }),
      },
      announce: (message) => (live.textContent = message),
      onChange,
    });
  const fields = Object.fromEntries(FILTER_NAMES.map((name) => [name, makeField(name)])) as FilterFields;
  // A community is stored as a UUID. Users know its name.
  void fields.communities.learnLabels();
  return fields;
}

function makeFilterRow(node: EditorNode, name: FilterName): HTMLElement {
  const label = make('label', { for: idOf(name) });
  label.append(makeIcon(ICONS[name]), ' ', make('span', {}, node._(`sekoia-alert-created.label.${name}`)));
  return makeRow(label, make('input', { type: 'text', id: idOf(name) }));
}

function makeHintRow(node: EditorNode): HTMLElement {
  const hint = make('p', { class: 'sekoia-hint sekoia-below' }, node._('sekoia-alert-created.hint.filters'));
  return makeRow(make('span', { class: 'sekoia-no-label' }), hint);
}

function makeRow(label: HTMLElement, content: HTMLElement): HTMLElement {
  const field = make('div', { class: 'sekoia-field' });
  field.append(content);
  const row = make('div', { class: 'form-row' });
  row.append(label, field);
  return row;
}

function idOf(name: FilterName): string {
  return `sekoia-alert-created-${name}`;
}
