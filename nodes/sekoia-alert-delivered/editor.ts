export { validateAlerts } from './editor/alerts-validation';
export { prepare } from './editor/form';
export { label } from './editor/label';
