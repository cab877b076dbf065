import type { Threat } from './alert';
import { deepFreeze } from './freeze';
import { uuidOf } from './random';

/** A STIX object as alerts carry it in `ttps` and `adversaries`. */
export function threat(type: 'attack-pattern' | 'intrusion-set' | 'malware', name: string): Threat {
  return { id: `${type}--${uuidOf(type, name)}`, type, name, description: `What is known of ${name}` };
}

export const ADVERSARIES: readonly Threat[] = deepFreeze([
  threat('intrusion-set', 'Example Spider'),
  threat('intrusion-set', 'Aqua “Blizzard” & Co'),
  threat('malware', 'ExampleRAT'),
]);
