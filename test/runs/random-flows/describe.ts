import type { Verdict } from './round';

export function describeVerdict({ seed, tag, reported, error, standing, traits }: Verdict): string {
  const facts = [`seed ${seed}`, tag, reported.join(' → ')];
  if (error !== undefined) facts.push(error);
  if (traits.size > 0) facts.push([...traits].join());
  return `${facts.join(', ')}${standing.map((key) => `\n    refused: ${key}`).join('')}`;
}
