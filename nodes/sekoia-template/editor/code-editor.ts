import type { TemplateProblem } from '../../../lib/template';

/**
 * Node-RED's code editor: Monaco, or ACE if settings.js selects it. Node-RED gives Monaco the interface of ACE, with
 * some differences. For example, `gotoLine` counts from 0 in one and from 1 in the other.
 */
interface Ace {
  getValue(): string;
  setValue(text: string, cursor: -1): void;
  getCursorPosition(): { row: number };
  gotoLine(line: number, column: number): void;
  focus(): void;
  resize(): void;
  destroy(): void;
  saveView(): void;
  restoreView(): void;
  readonly selection: { getRange(): { start: { row: number; column: number } } };
  getSession(): {
    on(event: 'change', listener: () => void): void;
    replace(range: object, text: string): void;
    setUseWrapMode(use: boolean): void;
    setUseWorker(use: boolean): void;
    setAnnotations(
      annotations: readonly { row: number; column: number; text: string; type: 'error' }[],
    ): void;
  };
}

interface Monaco extends Ace {
  setPosition(position: { lineNumber: number; column: number }): void;
  revealPositionInCenterIfOutsideViewport(position: { lineNumber: number; column: number }): void;
  getModel(): object;
}

/** Monaco's own global. */
declare const monaco: {
  readonly MarkerSeverity: { readonly Error: number };
  readonly editor: { setModelMarkers(model: object, owner: string, markers: readonly object[]): void };
};

export interface CodeEditorOptions {
  readonly elementId: string;
  readonly text: string;
  /** See `RED.editor.generateViewStateId`. */
  readonly stateId: string;
  readonly onChange: () => void;
}

export class CodeEditor {
  private readonly editor: Ace | Monaco;
  private readonly stateId: string;

  constructor({ elementId, text, stateId, onChange }: CodeEditorOptions) {
    this.stateId = stateId;
    const options = {
      id: elementId,
      mode: 'ace/mode/json',
      stateId,
      value: text,
      // These make Monaco fit into the narrow dialog.
      minimap: { enabled: false },
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 6,
      folding: false,
      wordWrap: 'on',
      // No one provides suggestions, and a request for them that outlives the form ends in an error.
      inlineSuggest: { enabled: false },
    };
    this.editor = RED.editor.createEditor(options) as unknown as Ace | Monaco;
    const session = this.editor.getSession();
    if (!isMonaco(this.editor)) {
      session.setUseWrapMode(true);
      // ACE's own JSON check replaces our annotations, which say more.
      session.setUseWorker(false);
    }
    session.on('change', onChange);
  }

  get text(): string {
    return this.editor.getValue();
  }

  /** The text between the start of the line and the cursor, or the start of the selection. */
  get beforeCursor(): string {
    const { row, column } = this.editor.selection.getRange().start;
    return (this.text.split(/\r\n|\r|\n/)[row] ?? '').slice(0, column);
  }

  /** Inserts text at the cursor and replaces the selection. */
  insert(text: string): void {
    this.editor.getSession().replace(this.editor.selection.getRange(), text);
    this.editor.focus();
  }

  goTo({ line, column }: TemplateProblem): void {
    const { editor } = this;
    if (isMonaco(editor)) {
      const position = { lineNumber: line, column };
      editor.setPosition(position);
      editor.revealPositionInCenterIfOutsideViewport(position);
    } else {
      editor.gotoLine(line, column - 1);
    }
    editor.focus();
  }

  /** Annotates the problems in the text. */
  mark(problems: readonly TemplateProblem[]): void {
    const { editor } = this;
    if (isMonaco(editor)) {
      monaco.editor.setModelMarkers(editor.getModel(), 'sekoia-template', problems.map(monacoMarker));
    } else {
      editor.getSession().setAnnotations(
        problems.map(({ line, column, reason }) => ({
          row: line - 1,
          column: column - 1,
          text: reason,
          type: 'error',
        })),
      );
    }
  }

  /** Opens the text in an editor that is as wide as the window, as the core nodes do. */
  expand(): void {
    const { editor } = this;
    editor.saveView();
    RED.editor.editText({
      mode: 'json',
      value: editor.getValue(),
      stateId: this.stateId,
      // Node-RED's types have another name for this value.
      width: 'Infinity' as 'Infinite',
      focus: true,
      complete: (text: string) => {
        editor.setValue(text, -1);
        // After the wide editor has slid out.
        setTimeout(() => {
          editor.restoreView();
          editor.focus();
        }, 250);
      },
    });
  }

  resize(): void {
    this.editor.resize();
  }

  destroy(): void {
    this.editor.destroy();
  }
}

function isMonaco(editor: Ace | Monaco): editor is Monaco {
  return 'getModel' in editor;
}

function monacoMarker({ line, column, reason }: TemplateProblem): object {
  return {
    severity: monaco.MarkerSeverity.Error,
    message: reason,
    startLineNumber: line,
    startColumn: column,
    endLineNumber: line,
    endColumn: column + 1,
  };
}
