import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** The texts in the code of a folder: literals, templates and sums of them, with … for each value. */
export function messagesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(path.join(folder, file), 'utf8');
      return textsOf(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
    });
}

function textsOf(node: ts.Node): string[] {
  const text = textOf(node);
  const own = text === undefined ? [] : [text];
  const inner: string[] = [];
  ts.forEachChild(node, (child) => {
    inner.push(...textsOf(child));
  });
  return [...own, ...inner];
}

/** Undefined for what is no text. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  if (left === undefined && right === undefined) return undefined;
  return `${left ?? '…'}${right ?? '…'}`;
}
