export type { Alert, AlertComment, AlertFields, AlertItem, HistoryEntry } from './platform/alerts/alert';
export type { Alerts } from './platform/alerts/alert-store';
export type { RaiseManyOptions, RaiseOptions } from './platform/alert-desk';
export { PERMISSIONS, type Permission } from './platform/access';
export { CUSTOM_FIELDS } from './platform/alerts/custom-fields';
export { CATALOG_RULES, type CatalogRule } from './platform/alerts/rules';
export { CUSTOM_STATUSES, STATUSES, VERDICTS } from './platform/alerts/statuses';
export { COMMUNITIES, ENTITIES } from './platform/alerts/tenants';
export { observeExchanges, type Exchange } from './platform/exchange';
export type { FaultHandle, LiveFault, RestFault } from './platform/faults';
export type { RequestRecord } from './platform/http-front';
export type { IntakeEvent } from './platform/intake';
export type { Notice, NoticeShape, NoticeType } from './platform/live/notices';
export { Platform, startPlatform, type PlatformOptions } from './platform/platform';
export {
  ExternalTool,
  startExternalTool,
  type ExternalToolOptions,
  type Received,
  type ToolAnswer,
  type ToolAnswerHandle,
} from './external-tool/external-tool';
