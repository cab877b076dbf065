export { prepare, save } from './editor/form';
export { label } from './editor/label';
export { validators } from './editor/property-checks';
