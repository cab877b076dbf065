import { make, setAttributes } from '../../../lib/editor/dom';

/** The types that the debug sidebar's encoding treats as lists, and as objects. */
const LISTS = /^(?:set|array|buffer|\w+array)$/i;
const OBJECTS = /^(?:map|object|error)$/i;

/** Shows a message as the debug sidebar does. Tab, Enter, and Space work in it. */
export function makeObjectViewer(message: unknown): HTMLElement {
  if (!isViewable(message))
    return make('pre', { class: 'sekoia-runs-json' }, JSON.stringify(message, undefined, 2));
  const [viewer] = RED.utils.createObjectElement(message, {
    path: 'msg',
    rootPath: 'msg',
    expandPaths: ['payload'],
    expandLeafNodes: true,
  });
  if (viewer === undefined) throw new Error('Node-RED made no element of an object');
  const box = make('div', { class: 'sekoia-runs-object' });
  box.append(viewer);
  makeReachable(box);
  // The viewer creates the content of a header when it opens.
  box.addEventListener('click', () => makeReachable(box));
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    if (!(event.target instanceof HTMLElement) || !event.target.matches('.red-ui-debug-msg-expandable'))
      return;
    event.preventDefault();
    event.stopPropagation();
    event.target.click();
  });
  return box;
}

function makeReachable(box: HTMLElement): void {
  for (const header of box.querySelectorAll('.red-ui-debug-msg-expandable')) {
    const isOpen = header.parentElement?.classList.contains('collapsed') !== true;
    setAttributes(header, { tabindex: '0', role: 'button', 'aria-expanded': String(isOpen) });
  }
}

/**
 * Whether Node-RED's viewer can show a value. The viewer mistakes some members of an object for its own: an alert with
 * members named `hasOwnProperty`, `__enc__`, or `type` and `data` makes it fail.
 */
function isViewable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Object.hasOwn(value, 'hasOwnProperty')) return false;
  const { __enc__: encoded, type, data } = value as { __enc__?: unknown; type?: unknown; data?: unknown };
  if (encoded !== undefined && typeof type !== 'string') return false;
  const kind = encoded === undefined && type !== 'Buffer' ? '' : String(type);
  if (kind !== '' && Object.hasOwn(value, 'data')) {
    if (LISTS.test(kind) && !isList(data)) return false;
    if (OBJECTS.test(kind) && (typeof data !== 'object' || data === null)) return false;
  } else if (encoded !== undefined && (LISTS.test(kind) || OBJECTS.test(kind))) return false;
  return Object.values(value).every(isViewable);
}

/** Whether a value is a list, or an encoded list such as the data of a Buffer. */
function isList(value: unknown): boolean {
  return Array.isArray(value) || Array.isArray((value as { data?: unknown } | null | undefined)?.data);
}
