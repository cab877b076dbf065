import type { Alert, AlertCase, AlertComment, AlertItem, Countermeasure, HistoryEntry, Stix } from './alert';
import { drawCases, drawComments, drawCountermeasures, drawStix } from './alert-details';
import { drawItem } from './alert-factory';
import { drawHistory } from './alert-history';
import type { AlertRecord } from './alert-record';

/** An alert while it is being read. Each part is drawn when somebody looks at it. */
export class AlertReading {
  private drawn: AlertItem | undefined;

  constructor(
    private readonly seed: number,
    readonly record: AlertRecord,
  ) {}

  get item(): AlertItem {
    return (this.drawn ??= drawItem(this.seed, this.record));
  }

  get comments(): readonly AlertComment[] {
    return drawComments(this.seed, this.record);
  }

  get history(): readonly HistoryEntry[] {
    return drawHistory(this.record, this.item);
  }

  get countermeasures(): readonly Countermeasure[] {
    return drawCountermeasures(this.seed, this.record);
  }

  get cases(): readonly AlertCase[] {
    return drawCases(this.seed, this.record);
  }

  get stix(): Stix {
    return drawStix(this.record, this.item);
  }

  /** Everything there is. */
  get alert(): Alert {
    const { comments, history, countermeasures, cases, stix } = this;
    const { similarity_strategy = null } = this.record.fields;
    return { ...this.item, stix, comments, history, countermeasures, cases, similarity_strategy };
  }
}
