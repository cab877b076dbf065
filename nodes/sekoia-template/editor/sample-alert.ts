/** Block 0: a made-up alert in the form that the Alert Created node sends. */
const SUMMARY = {
  event_type: 'alert-created',
  alert_uuid: '4d6f1c02-7b1e-4c55-9a63-0d0c2b7f9e11',
  short_id: 'ALq7Zk2PmN4x',
  title: 'Suspicious remote access tool traffic',
  status: { name: 'Pending', uuid: '2efc4930-1442-4abb-acf2-58ba219a4fd0' },
  created_at: 1767598323,
  urgency: 47,
  entity: { name: 'Site Lyon', uuid: 'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff' },
  alert_type: { category: 'malicious-traffic', value: 'rat-traffic' },
  // The quotes show that they do no harm.
  rule: { name: 'RAT beaconing "HTTP"', uuid: '0a1b2c3d-1111-4222-8333-444455556666', severity: 95 },
  first_seen_at: '2026-01-05T07:31:58.454603Z',
  last_seen_at: '2026-01-05T07:31:58.454603Z',
  community_uuid: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  url: 'https://app.sekoia.io/operations/alerts/ALq7Zk2PmN4x',
} as const;

/** Block 1: the same alert in the form that the Get Alert node returns, without its largest parts. */
const ALERT = {
  uuid: SUMMARY.alert_uuid,
  short_id: SUMMARY.short_id,
  title: SUMMARY.title,
  details: 'Traffic associated with a remote administration tool',
  created_at: SUMMARY.created_at,
  updated_at: 1767598401,
  community_uuid: SUMMARY.community_uuid,
  entity: SUMMARY.entity,
  urgency: { current_value: 47, value: 47, severity: 95, criticity: 0, display: 'Moderate' },
  alert_type: SUMMARY.alert_type,
  status: { ...SUMMARY.status, description: 'The alert is waiting for action' },
  rule: {
    ...SUMMARY.rule,
    description: 'Periodic HTTP requests to a known command and control server',
    pattern: "[ipv4-addr:value = '192.0.2.41']",
  },
  detection_type: 'CTI',
  source: '10.20.30.40',
  target: null,
  similar: 0,
  ttps: [
    {
      id: 'attack-pattern--4061e78c-1284-44b4-9116-73e4ac3912f7',
      type: 'attack-pattern',
      name: 'Remote Access Software',
    },
  ],
  adversaries: [],
  kill_chain_short_id: 'KCXKNfnJ0000',
  first_seen_at: SUMMARY.first_seen_at,
  last_seen_at: SUMMARY.last_seen_at,
  assets: ['71dd4c6c-0000-4000-8000-87c44825bcca'],
} as const;

/** The message that reaches this node in the flow Alert Created → Get Alert → JSON body. */
export const SAMPLE_MESSAGE = {
  topic: `alert:created:${SUMMARY.alert_uuid}`,
  payload: ALERT,
  sekoia: {
    run: { id: '0b8f4a4e-2d5c-4a53-8f8e-0c1f6d1f7a10', attempt: 1, source: 'live' },
    alert: { uuid: SUMMARY.alert_uuid, short_id: SUMMARY.short_id, url: SUMMARY.url },
    node: { 0: SUMMARY, 1: ALERT },
  },
} as const;
