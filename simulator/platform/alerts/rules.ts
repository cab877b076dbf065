import type { AlertType, Rule, Threat } from './alert';
import { deepFreeze } from './freeze';
import { uuidOf } from './random';
import { threat } from './threats';

/** A rule of the catalogue, with what its alerts have in common. */
export interface CatalogRule extends Rule {
  enabled: boolean;
  detection_type: string;
  alert_type: AlertType;
  ttps: readonly Threat[];
}

const LONG_DESCRIPTION = 'Every stage of the kill chain is described here at length. '.repeat(80).trim();

// name, severity, category, value, detection type, technique. Half of the names are what a body template, a log
// line or a web page can trip over: they are all names that an analyst can type into a rule.
const RULES: [string, number, string, string, string, string][] = [
  ['RAT beaconing "HTTP"', 95, 'malicious-traffic', 'rat-traffic', 'CTI', 'Remote Access Software'],
  [
    'Suspicious remote access tool traffic',
    60,
    'malicious-traffic',
    'rat-traffic',
    'CTI',
    'Remote Access Software',
  ],
  ['Brute force on the VPN gateway', 50, 'login-attempts', 'brute-force', 'correlation', 'Brute Force'],
  [
    'Impossible travel between two sign-ins',
    40,
    'login-attempts',
    'account-compromise',
    'correlation',
    'Valid Accounts',
  ],
  ['Scan of internal hosts', 20, 'information-gathering', 'scanner', 'anomaly', 'Network Service Discovery'],
  ['Audit log cleared', 70, 'intrusions', 'system-compromise', 'sigma', 'Indicator Removal'],
  [
    'Mailbox forwarding rule created',
    30,
    'intrusions',
    'account-compromise',
    'sigma',
    'Email Forwarding Rule',
  ],
  ['EICAR test file', 0, 'malicious-code', 'infected-system', 'sigma', 'User Execution'],
  ['Ransom note dropped 🔥🧨 👩‍💻', 100, 'malicious-code', 'ransomware', 'sigma', 'Data Encrypted for Impact'],
  [
    'C:\\Windows\\Temp\\new\\table.exe started from \\\\server\\share',
    80,
    'malicious-code',
    'infected-system',
    'sigma',
    'User Execution',
  ],
  [
    'First line\nSecond line\r\n\tthird, with a tab',
    55,
    'intrusions',
    'application-compromise',
    'sigma',
    'Exploit Public-Facing Application',
  ],
  [
    "<script>alert('rule')</script> in a web form",
    65,
    'intrusions',
    'application-compromise',
    'sigma',
    'Exploit Public-Facing Application',
  ],
  ['<img src=x onerror=alert(1)> <b>bold</b> & &amp; entities', 35, 'fraud', 'phishing', 'CTI', 'Phishing'],
  [
    "{{ node.0['alert_uuid'] }} and {{payload.uuid}} in a command line",
    45,
    'intrusions',
    'system-compromise',
    'sigma',
    'Command and Scripting Interpreter',
  ],
  [
    '{% for x in alerts %}{{{ x }}}{% endfor %} {{#a}}{{/a}}',
    25,
    'intrusions',
    'system-compromise',
    'sigma',
    'Command and Scripting Interpreter',
  ],
  [
    "' OR '1'='1'; -- on a login page",
    75,
    'intrusions',
    'application-compromise',
    'sigma',
    'Exploit Public-Facing Application',
  ],
  [
    '${jndi:ldap://192.0.2.7/a} in a User-Agent, with a comma',
    90,
    'intrusions',
    'application-compromise',
    'CTI',
    'Exploit Public-Facing Application',
  ],
  [
    '不審な PowerShell の実行',
    85,
    'malicious-code',
    'infected-system',
    'sigma',
    'Command and Scripting Interpreter',
  ],
  [
    'Подозрительный вход администратора',
    50,
    'login-attempts',
    'account-compromise',
    'correlation',
    'Valid Accounts',
  ],
  ['محاولة تسجيل دخول مشبوهة', 45, 'login-attempts', 'brute-force', 'correlation', 'Brute Force'],
  [
    'Ύποπτη σύνδεση à l’extérieur – naïveté',
    15,
    'malicious-traffic',
    'c2-traffic',
    'CTI',
    'Remote Access Software',
  ],
  [
    'Line separators\u2028and\u2029zero\u200bwidth',
    10,
    'information-gathering',
    'scanner',
    'anomaly',
    'Network Service Discovery',
  ],
  ['invoice\u202efdp.exe opened', 70, 'fraud', 'phishing', 'sigma', 'Phishing'],
  ['  spaces around, 100 % "\'`  ', 5, 'policy-violation', 'unauthorised-use', 'anomaly', 'Valid Accounts'],
];

export const CATALOG_RULES: readonly CatalogRule[] = deepFreeze(
  RULES.map(([name, severity, category, value, detectionType, technique], index) => ({
    uuid: uuidOf('rule', name),
    name,
    description: name.startsWith('Ransom') ? LONG_DESCRIPTION : `Detects: ${name}`,
    severity,
    type: index % 3 === 0 ? null : detectionType,
    pattern:
      detectionType === 'CTI'
        ? "[ipv4-addr:value = '192.0.2.41']"
        : 'detection:\n  selection:\n    event.action: suspicious\n  condition: selection',
    enabled: severity > 0,
    detection_type: detectionType,
    alert_type: { category, value },
    ttps: [threat('attack-pattern', technique)],
  })),
);

const BY_NAME = new Map(CATALOG_RULES.map((rule) => [rule.name, rule]));

export function ruleByName(name: string): CatalogRule | undefined {
  return BY_NAME.get(name);
}
