import assert from 'node:assert/strict';
import { alertMessage, render } from './helpers';

/**
 * The second example of the use case sends JSON as a text within JSON, to a custom-format intake. Written into
 * the string itself, a quote in a rule name would break the inner JSON. So the summary is built as an object
 * first, and becomes a text afterwards.
 */
const SUMMARY = `{"alert_short_id": "{{ node.0['alert_uuid'] }}", "rule_name": "{{ node.1['rule']['name'] }}",
  "rule_severity": "{{ node.1['rule']['severity'] }}", "description": "An HTTP request was made"}`;

describe('template: JSON as a text within JSON, for a custom-format intake', () => {
  const name = 'Say "hi" \\ \n {{x}}';
  const message = alertMessage({ name, severity: 80 });
  const summary = render(SUMMARY, message);

  function assertEvent(body: unknown): void {
    const { json, intake_key } = JSON.parse(JSON.stringify(body)) as { json: string; intake_key: string };
    assert.equal(intake_key, 'KEY');
    assert.deepEqual(JSON.parse(json), {
      alert_short_id: 'a5f2',
      rule_name: name,
      rule_severity: 80,
      description: 'An HTTP request was made',
    });
  }

  it('works with a json node between two templates', () => {
    const payload = JSON.stringify(summary);
    assertEvent(render('{"json": "{{payload}}", "intake_key": "KEY"}', { ...message, payload }));
  });

  it('works with two templates, the object within text', () => {
    const body = render('{"json": "{{payload}}{{! as text }}", "intake_key": "KEY"}', {
      ...message,
      payload: summary,
    });
    assertEvent(body);
  });
});
