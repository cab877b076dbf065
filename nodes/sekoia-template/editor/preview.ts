import { compileTemplate, TemplateError } from '../../../lib/template';
import { SAMPLE_MESSAGE } from './sample-alert';

export interface Preview {
  /** The body for the sample alert as JSON, or the reason why there is none. */
  readonly text: string;
  readonly failed: boolean;
}

/** @param template a template without problems */
export function preview(template: string, missing: 'null' | 'fail'): Preview {
  try {
    const body = compileTemplate(template, { missing }).render(SAMPLE_MESSAGE);
    return { text: JSON.stringify(body, null, 2), failed: false };
  } catch (error) {
    if (error instanceof TemplateError) return { text: error.message, failed: true };
    throw error;
  }
}
