export { close, prepare, save } from './editor/form';
export { label } from './editor/label';
export { canPress, hasButton, press } from './editor/on-off-button';
export { validators } from './editor/property-checks';
