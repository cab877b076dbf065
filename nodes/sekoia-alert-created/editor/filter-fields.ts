import { byId } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { type TagInput, makeTagInput } from '../../../lib/editor/tag-input';
import { Choices } from './choices';
import { FILTER_KINDS, FILTER_NAMES, type FilterName, listOf } from './filters';

export type FilterFields = Readonly<Record<FilterName, TagInput>>;

/** Makes a field for a list of each filter, with the tenant's own names as suggestions. */
export function makeFilterFields(node: EditorNode, onChange: () => void): FilterFields {
  const config = byId<HTMLSelectElement>('node-input-config');
  const live = byId('sekoia-alert-created-live');
  const choices = new Choices(node, () => (config.value === '_ADD_' ? '' : config.value));
  const text = (key: string, values?: Record<string, string | number>): string =>
    node._(`sekoia-alert-created.tags.${key}`, values);
  const make = (name: FilterName): TagInput =>
    makeTagInput({
      input: byId(`sekoia-alert-created-${name}`),
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
  const fields = Object.fromEntries(FILTER_NAMES.map((name) => [name, make(name)])) as FilterFields;
  // Communities are stored by uuid, which nobody knows by heart.
  void fields.communities.learnLabels();
  return fields;
}
